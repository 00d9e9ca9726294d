"""JSON pointers."""

import pytest

from commerce_contract.pointer import join, split, step


@pytest.mark.parametrize("tokens", [[], ["a"], ["a/b", "~c"], ["", "~1"], ["paths", "/api/orders/{id}", "get"]])
def test_what_is_joined_is_split_again(tokens: list[str]) -> None:
    assert split(join("", *tokens)) == tokens


def test_slash_and_tilde_are_escaped() -> None:
    assert join("/paths", "/a~b", 0) == "/paths/~1a~0b/0"


def test_what_does_not_start_with_a_slash_is_no_pointer() -> None:
    with pytest.raises(ValueError, match="'a' is no JSON pointer"):
        split("a")


def test_a_step_goes_into_members_and_elements() -> None:
    assert step({"0": "member"}, "0") == "member"
    assert step(["first", "second"], "1") == "second"


@pytest.mark.parametrize(
    ("value", "token"), [({}, "a"), ([], "0"), (["a"], "-1"), (["a"], "x"), ("text", "0"), (None, "a")]
)
def test_a_step_into_nothing_is_a_lookup_error(value: object, token: str) -> None:
    with pytest.raises(LookupError):
        step(value, token)
