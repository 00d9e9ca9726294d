"""The client as it is committed: what the documents say now, light to import, and true to every example."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter

from commerce_cli.generate.build import Build
from commerce_cli.generate.output import Output
from commerce_sdk import _generated, errors
from commerce_sdk._generated import client
from commerce_sdk._json import encode
from commerce_sdk._operation import Operation
from contract import documents

ROOT = Path(__file__).parents[3]
PACKAGE = ROOT / "src" / "commerce_sdk" / "_generated"
SERVICES = ("notifications", "orders", "payments", "users")
OPERATIONS = {
    operation.name: operation
    for service in SERVICES
    for operation in vars(import_module(f"commerce_sdk._generated.{service}")).values()
    if isinstance(operation, Operation)
}
DECLARED = {each.name: each for each in documents.operations() if not each.path.startswith("/__admin")}


def method(name: str) -> Any:
    """The method that calls an operation."""
    service, _, verb = name.partition(".")
    return getattr(getattr(_generated, service.title()), verb)


def test_it_is_what_a_fresh_run_makes(made: Build) -> None:
    output = Output(PACKAGE, made.files, {ROOT / "api.md": made.api})
    assert [f"{each.path.relative_to(ROOT)} {each.drift}" for each in output.differences()] == []


def test_every_operation_of_the_platform_is_a_method_and_no_other() -> None:
    assert OPERATIONS.keys() == DECLARED.keys()
    for name in OPERATIONS:
        assert callable(method(name))


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_says_what_its_document_declares(name: str) -> None:
    operation, declared = OPERATIONS[name], DECLARED[name]
    assert (operation.method, operation.path) == (declared.method, declared.path)
    assert operation.secured == declared.secured
    names = {parameter.value["name"] for parameter in declared.parameters}
    assert ({operation.idempotency_key} & names != set()) == ("Idempotency-Key" in names)


@pytest.mark.parametrize("name", OPERATIONS)
def test_codes_and_docstring_are_exactly_those_that_the_document_declares(name: str) -> None:
    declared = set(_codes(DECLARED[name]))
    assert set(OPERATIONS[name].codes) == {code for code, _ in declared}
    told = re.findall(r"^ +(\w+): ([A-Z_0-9]+) \(([0-9, ]+)\)$", method(name).__doc__, re.MULTILINE)
    assert {(code, int(status)) for _, code, listed in told for status in listed.split(", ")} == declared
    for error, code, listed in told:
        found = errors.CODES[code][int(listed.split(", ")[0])]
        assert issubclass(found, getattr(errors, error))


def _codes(operation: documents.Operation) -> Iterator[tuple[str, int]]:
    """Every code with its status, from the schemas of a document's answers."""
    for status, response in operation.responses.items():
        for content in documents.media(response):
            if content.pointer.endswith("problem+json"):
                codes = documents.fields(content / "schema").get("code", [])
                yield from ((code, status) for place in codes for code in place.value.get("enum", ()))


def test_each_code_has_one_public_class_below_that_of_its_lowest_status() -> None:
    assert errors.CODES["ORDER_001"] == {422: errors.InvalidUserId}
    assert errors.OrderNotFound.__bases__ == (errors.NotFoundError,)
    also = errors.CODES["ORDER_003"][422]
    assert also.__bases__ == (errors.OrderNotFound, errors.UnprocessableError)
    assert also.__name__ not in errors.__all__
    # Its title is the name of a handwritten class, so it is named for the code.
    assert errors.CODES["INTERNAL_ERROR"][500].__mro__[:2] == (errors.InternalError, errors.InternalServerError)
    told, source = str(errors.OrderNotFound.__doc__).split("\n\n")
    assert told == "`ORDER_003` (404): No order has this id."
    assert source.strip() == "Source: openapi/orders.yaml#/components/responses/OrderNotFound"
    public = {found for statuses in errors.CODES.values() for found in statuses.values()} - {also}
    assert {found.__name__ for found in public} <= set(errors.__all__)


def test_the_tree_in_the_docstring_shows_every_public_class_below_its_parent() -> None:
    tree = str(import_module("commerce_sdk._generated.errors").__doc__)
    shown = re.findall(r"^([│├└─ ]*)(\w+)(?:  .*)?$", tree.split("\n\n", 1)[1].strip("\n"), re.MULTILINE)
    path: list[str] = []
    for indent, name in shown:
        path[len(indent) // 4 :] = [name]
        if len(path) > 1:
            assert issubclass(getattr(errors, name), getattr(errors, path[-2]))
    assert {name for _, name in shown} == {
        name for name in errors.__all__ if isinstance(getattr(errors, name), type) and name != "FieldError"
    }


def test_importing_it_brings_neither_pydantic_nor_httpx() -> None:
    modules = ["client", "errors", "events", *SERVICES]
    code = "\n".join(
        [
            "import sys",
            *(f"import commerce_sdk._generated.{module}" for module in modules),
            "print(sorted({'pydantic', 'httpx', 'asyncio'} & set(sys.modules)))",
        ]
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)  # noqa: S603 - our own interpreter
    assert done.stdout == "[]\n"


def test_every_name_that_the_package_lists_is_there() -> None:
    for name in _generated.__all__:
        assert getattr(_generated, name).__name__ == name
    assert _generated.client is client
    assert {"errors", "events", "Order"} <= set(dir(_generated))
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        _ = _generated.Nothing


def test_all_models_can_be_built() -> None:
    built = 0
    for path in sorted(PACKAGE.glob("models/*.py")):
        module = import_module(f"commerce_sdk._generated.models.{path.stem}")
        for model in vars(module).values():
            if isinstance(model, type) and issubclass(model, BaseModel) and model.__module__ == module.__name__:
                model.model_rebuild(force=True)
                assert model.__pydantic_complete__
                built += 1
    assert built > 20


def _examples() -> Iterator[tuple[str, str, Any]]:
    """Every documented value of a body, an answer and an event, with the model that it must fit."""
    for name, operation in OPERATIONS.items():
        declared = DECLARED[name]
        if operation.body is not None:
            yield from _shown(operation.body, name, declared.place / "requestBody")
        if operation.result not in {None, "text", "bytes"}:
            yield from _shown(str(operation.result), name, declared.success)
    for _, _, message in documents.messages():
        for example in (message / "examples").values():
            payload = example.value["payload"]
            yield _generated.events.TYPES[payload["event_type"]], str(message), payload


def _shown(reference: str, where: str, holder: documents.Place) -> Iterator[tuple[str, str, Any]]:
    for media in documents.media(holder):
        for name, place in documents.examples(media).items():
            yield reference, f"{where} {name}", place.value


EXAMPLES = {where: (reference, value) for reference, where, value in _examples()}


def test_all_operations_and_events_show_examples() -> None:
    assert len(EXAMPLES) > 30
    modules = {reference.partition(":")[0] for reference, _ in EXAMPLES.values()}
    assert modules == {"events", "orders", "payments", "shared", "users"}


@pytest.mark.parametrize("where", EXAMPLES)
def test_a_documented_example_fits_its_model_and_is_encoded_as_it_was(where: str) -> None:
    reference, value = EXAMPLES[where]
    module, _, name = reference.partition(":")
    model = getattr(import_module(f"commerce_sdk._generated.models.{module}"), name)
    read = TypeAdapter(model).validate_python(value)
    assert json.loads(encode(read), parse_float=Decimal) == value
