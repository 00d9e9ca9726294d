"""Models as datamodel-code-generator prints them."""

import subprocess
from typing import Any

import pytest

from commerce_cli.generate import modelling
from commerce_cli.generate.definitions import document
from commerce_cli.generate.modelling import GeneratorFailedError, print_models
from commerce_cli.generate.shapes import Kind, Member, Model, Named, Nullable, ObjectModel, Scalar, Shape

THING = Named("shop", "Thing")
TEXT = Scalar(Kind.STRING)


def thing(*members: tuple[str, Shape]) -> dict[Named, Model]:
    return {THING: ObjectModel(tuple(Member(wire, shape, required=True) for wire, shape in members))}


def test_attributes_are_those_that_the_models_got() -> None:
    models = thing(("userId", TEXT), ("class", TEXT), ("plain", Nullable(TEXT)), ("2nd", TEXT))
    printed = print_models(document(models, set(), set()), models)
    assert {wire: printed.attribute(THING, wire) for wire in ("userId", "class", "plain", "2nd")} == {
        "userId": "user_id",
        "class": "class_",
        "plain": "plain",
        "2nd": "field_2nd",
    }


def test_type_checkers_are_shown_the_attributes_not_the_wire() -> None:
    models = thing(("userId", TEXT), ("price", Scalar(Kind.MONEY)))
    text = print_models(document(models, set(), set()), models).modules["shop"]
    assert 'Field(validation_alias="userId", serialization_alias="userId")' in text.replace("'", '"')
    assert "ConfigDict(" not in text


def test_no_models_need_no_generator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(modelling, "find_spec", lambda _: None)
    assert print_models({}, {}).modules == {}


def test_a_class_that_got_another_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(modelling, "_run", lambda _: {"shop": "class Other: ..."})
    with pytest.raises(GeneratorFailedError, match="renamed or dropped shop:Thing: rename these schemas"):
        print_models({}, thing())


def test_what_the_generator_says_when_it_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(command: Any, **options: Any) -> subprocess.CompletedProcess[str]:
        assert options["env"]["PYTHONHASHSEED"] == "0"
        return subprocess.CompletedProcess(command, 1, "", "no such schema\n")

    monkeypatch.setattr(subprocess, "run", failing)
    with pytest.raises(GeneratorFailedError, match="datamodel-code-generator failed: no such schema"):
        print_models({}, thing())
