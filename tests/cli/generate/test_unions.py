"""Unions whose variant follows from a tag."""

from collections.abc import Mapping

import pytest

from commerce_cli.generate.shapes import (
    AliasModel,
    Kind,
    Member,
    Model,
    Named,
    ObjectModel,
    Scalar,
    Shape,
    UnionModel,
    Words,
)
from commerce_cli.generate.unions import with_tags

TEXT = Scalar(Kind.STRING)
PAY, CARD, CASH, NEWER = (Named("shop", name) for name in ("Pay", "Card", "Cash", "UnknownPay"))


def variant(shape: Shape | None, *, required: bool = True) -> ObjectModel:
    """A variant with a tag of that shape, or without one."""
    other = Member("note", TEXT, required=False)
    return ObjectModel((other, *([Member("type", shape, required)] if shape else [])))


def tagged(card: Model, cash: Model, *, tag: str | None = None, mapping: Mapping[str, str] | None = None) -> UnionModel:
    done = with_tags({PAY: UnionModel((CARD, CASH), tag=tag, mapping=mapping or {}), CARD: card, CASH: cash})
    union = done[PAY]
    assert isinstance(union, UnionModel)
    assert (union.unknown is None) == (union.tag is None)
    return union


def words(*values: str) -> Words:
    return Words(values)


@pytest.mark.parametrize(
    ("card", "cash", "tag", "mapping", "values"),
    [
        (
            variant(words("card")),
            variant(words("cash", "coins")),
            None,
            {},
            {"card": CARD, "cash": CASH, "coins": CASH},
        ),
        (
            variant(TEXT),
            variant(TEXT),
            "type",
            {"c": "Card", "d": "Card", "m": "Cash"},
            {"c": CARD, "d": CARD, "m": CASH},
        ),
        (variant(TEXT), variant(None), "type", {}, {"Card": CARD, "Cash": CASH}),
        (variant(words("card"), required=False), variant(words("cash")), "type", {}, {"card": CARD, "cash": CASH}),
    ],
)
def test_a_tag_says_which_variant_a_value_is(
    card: Model, cash: Model, tag: str | None, mapping: Mapping[str, str], values: Mapping[str, Named]
) -> None:
    union = tagged(card, cash, tag=tag, mapping=mapping)
    assert (union.tag, dict(union.values), union.unknown) == ("type", values, NEWER)


@pytest.mark.parametrize(
    ("card", "cash", "tag"),
    [
        (variant(TEXT), variant(TEXT), None),
        (variant(words("card")), variant(None), None),
        (variant(words("card", "cash")), variant(words("cash")), None),
        (variant(words("card"), required=False), variant(words("cash")), None),
        (variant(words("card", "cash")), variant(words("cash")), "type"),
        (variant(words("card")), AliasModel(TEXT), "type"),
    ],
)
def test_a_union_without_a_tag_that_tells_is_tried_in_turn(card: Model, cash: Model, tag: str | None) -> None:
    assert tagged(card, cash, tag=tag).tag is None


def test_variants_are_closed_and_the_unknown_one_takes_any_tag_under_a_free_name() -> None:
    other = Named("shop", "UnknownPay")
    done = with_tags(
        {
            PAY: UnionModel((CARD, CASH), tag="type"),
            CARD: variant(words("card")),
            CASH: variant(None),
            other: AliasModel(TEXT),
        }
    )
    card, cash, unknown = done[CARD], done[CASH], done[Named("shop", "UnknownPay2")]
    assert isinstance(card, ObjectModel)
    assert isinstance(cash, ObjectModel)
    assert isinstance(unknown, ObjectModel)
    assert card.member("type") == Member("type", Words(("card",), is_open=False), required=True)
    assert cash.member("type") == Member("type", Words(("Cash",), is_open=False), required=True)
    assert [each.wire for each in cash.members] == ["type", "note"]
    assert unknown.members == (Member("type", TEXT, required=True),)
    assert unknown.base == "commerce_sdk._union.Unknown"
