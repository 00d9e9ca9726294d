"""The profile's seams are methods that the mock really has, so that a renamed one is found before a run."""

from types import ModuleType

import pytest

from benchmarks import watched
from benchmarks.stopwatch import Stopwatch
from benchmarks.watched import COMPILE, JUDGES, SEAMS, watch_validators


@pytest.mark.parametrize(("layer", "owner", "method"), SEAMS)
def test_each_seam_is_a_method_of_its_class(layer: str, owner: type, method: str) -> None:
    assert callable(owner.__dict__.get(method)), layer


def test_commit_and_the_verbs_of_the_store_are_told_apart() -> None:
    assert {layer for layer, _, method in SEAMS if method == "commit"} == {"commit"}
    assert len({layer for layer, _, method in SEAMS if method in {"get", "insert", "append"}}) == 1


def test_validators_are_compiled_where_they_are_watched() -> None:
    assert all(callable(getattr(module, COMPILE)) for module in JUDGES)


def test_a_compiled_validator_is_watched_and_judges_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("reading")
    setattr(module, COMPILE, lambda schema: None if schema is None else (lambda value: value == schema))
    monkeypatch.setattr(watched, "JUDGES", (module,))
    stopwatch = Stopwatch()
    watch_validators(stopwatch)
    validator = getattr(module, COMPILE)("order")
    assert validator("order")
    assert not validator("user")
    assert getattr(module, COMPILE)(None) is None
    assert list(stopwatch.take()) == ["validate (JSON Schema)"]
