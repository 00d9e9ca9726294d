"""The layers and HTTP add up to the whole request."""

import pytest

from benchmarks.layers import HTTP, split


def test_what_the_layers_leave_is_http_and_the_dearest_comes_first() -> None:
    layers = split("create", 50.0, {"route": 1.0, "validate": 30.0})
    assert [(layer.name, layer.microseconds) for layer in layers] == [("validate", 30.0), (HTTP, 19.0), ("route", 1.0)]
    assert sum(layer.share for layer in layers) == pytest.approx(1)


def test_layers_that_were_disturbed_to_more_than_the_whole_leave_nothing_for_http() -> None:
    assert split("read", 10.0, {"route": 12.0})[-1].microseconds == 0
