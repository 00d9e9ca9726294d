"""Definitions as an OpenAPI document: what is only answered is not asked for, and the other way round."""

import pytest

from commerce_cli.generate.definitions import document
from commerce_cli.generate.shapes import Kind, Member, Named, ObjectModel, Scalar

THING = Named("shop", "Thing")
TEXT = Scalar(Kind.STRING)
MODEL = ObjectModel(
    (
        Member("id", TEXT, required=True, read_only=True),
        Member("password", Scalar(Kind.SECRET), required=True, write_only=True),
        Member("name", TEXT, required=True),
        Member("note", TEXT, required=False),
    )
)


@pytest.mark.parametrize(
    ("sent", "received", "required"),
    [
        (True, False, ["password", "name"]),
        (False, True, ["id", "name"]),
        (True, True, ["name"]),
        (False, False, ["id", "password", "name"]),
    ],
)
def test_what_is_required_depends_on_the_way_that_a_thing_goes(
    sent: bool,  # noqa: FBT001 - a case of the table
    received: bool,  # noqa: FBT001 - a case of the table
    required: list[str],
) -> None:
    made = document({THING: MODEL}, {THING} if sent else set(), {THING} if received else set())
    assert made["components"]["schemas"]["shop.Thing"]["required"] == required
