"""The sentence that tells of a change: where it is, what was said there and what is said now."""

from pathlib import Path

import pytest

from commerce_contract import Contract, load
from commerce_contract.changes import compare
from contract.changes.shops import EVENTS, HTTP, SHOP, Edit, shop

LONG = "x" * 80
CLOSED = (
    HTTP,
    "    NewOffer:\n      type: object\n",
    "    NewOffer:\n      type: object\n      additionalProperties: false\n",
)
NAMED = (HTTP, "        shape: {type: string, pattern: '^[a-z]+$'}", "      additionalProperties: {type: integer}")


@pytest.fixture(scope="module")
def before() -> Contract:
    return load(SHOP)


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        ((HTTP, "maximum: 10}", "maximum: 5}"), "`maximum` of `NewOffer.count` is `5`, and was `10`"),
        ((HTTP, ", maximum: 10}", "}"), "`maximum` of `NewOffer.count` is gone, and was `10`"),
        (
            (HTTP, "note: {type: string}", "note: {type: string, minLength: 1}"),
            "`minLength` of `Offer.note` is `1`, and was nothing",
        ),
        (
            (HTTP, "items: {type: string}}", "items: {type: string, maxLength: 3}}"),
            "`maxLength` of `NewOffer.tags[]` is `3`, and was nothing",
        ),
        (
            (HTTP, "pattern: '^[a-z]+$'", f"pattern: '{LONG}'"),
            f"`pattern` of `Offer.shape` is `{LONG[:59]}…`, and was `^[a-z]+$`",
        ),
        ((HTTP, "[small, large], default", "[small], default"), "`large` is no longer a value of `NewOffer.size`"),
        (
            (HTTP, "[small, large], default", "[small, large, 7, null], default"),
            "`7`, `null` is now a value of `NewOffer.size`",
        ),
        ((HTTP, "required: [by, number]", "required: [by]"), "`Card.number` may be missing"),
        (
            (
                HTTP,
                "{type: object, properties: {why: {type: string}}}",
                "{type: object, properties: {why: {type: string, maxLength: 9}}}",
            ),
            "`maxLength` of `shop.close request.why` is `9`, and was nothing",
        ),
        (
            (EVENTS, "closed: {type: boolean}", "closed: {type: string}"),
            "`type` of `Closed.closed` is `string`, and was `boolean`",
        ),
        ((HTTP, "note: {type: string}", "note: false"), "`Offer.note` accepts nothing"),
        (
            (HTTP, "note: {type: string}", "note: {type: string, not: {const: x}}"),
            '`not` of `Offer.note` is `{"const": "x"}`, and was nothing',
        ),
        (
            (HTTP, "note: {type: string}", "note: {oneOf: [{type: string}, {type: 'null'}]}"),
            "`type` of `Offer.note` is `null`, and was `string`",
        ),
        (CLOSED, "`additionalProperties` of `NewOffer` is `false`, and was nothing"),
        (NAMED, "`Offer.shape` has to be as all properties that are not named"),
        (
            (HTTP, "pay: {$ref: '#/components/schemas/Pay'}", "pay: {minProperties: 1}"),
            "the alternatives of `Pay` changed (`oneOf`)",
        ),
        (
            (
                HTTP,
                "account: '#/components/schemas/Account'}",
                "account: '#/components/schemas/Account', acc: '#/components/schemas/Account'}",
            ),
            "`acc` is now a value of `Pay`",
        ),
    ],
)
def test_a_change_is_told_in_a_sentence(edit: Edit, sentence: str, tmp_path: Path, before: Contract) -> None:
    assert sentence in [change.what for change in compare(before, shop(tmp_path, edit)).changes]


def test_formats_that_nobody_checks_are_words(tmp_path: Path, before: Contract) -> None:
    comparison = compare(
        before, shop(tmp_path, (HTTP, "note: {type: string}", "note: {type: string, format: password}"))
    )
    assert comparison.changes == ()
    assert [change.what for change in comparison.texts] == ["`format` of schema `note`, which nobody checks"]
