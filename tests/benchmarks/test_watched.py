"""The profile's seams are methods that the mock really has, so that a renamed one is found before a run."""

import pytest

from benchmarks.watched import SEAMS


@pytest.mark.parametrize(("layer", "owner", "method"), SEAMS)
def test_each_seam_is_a_method_of_its_class(layer: str, owner: type, method: str) -> None:
    assert callable(owner.__dict__.get(method)), layer


def test_commit_and_the_verbs_of_the_store_are_told_apart() -> None:
    assert {layer for layer, _, method in SEAMS if method == "commit"} == {"commit"}
    assert len({layer for layer, _, method in SEAMS if method in {"get", "insert", "append"}}) == 1
