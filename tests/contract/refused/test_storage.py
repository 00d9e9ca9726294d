"""Resources that cannot be stored as they say."""

from pathlib import Path

import pytest

from contract.tiny import TICKETS, Refused, faults

REFUSED = [
    Refused(
        "a key that is no property",
        [(TICKETS, "key: id,", "key: uid,")],
        [
            (
                "openapi/tickets.yaml:71 #/components/schemas/Ticket/x-resource/key",
                "`uid` is no property of Ticket",
                "Its properties are id, title, slug, reporter, status",
            )
        ],
    ),
    Refused(
        "a resource without a key",
        [(TICKETS, "key: id, ", "")],
        [
            (
                "openapi/tickets.yaml:71 #/components/schemas/Ticket/x-resource",
                "x-resource needs a `key`",
                "Name the property that identifies it, such as `id`",
            )
        ],
    ),
    Refused(
        "an owner that is no property",
        [(TICKETS, "owner: reporter", "owner: author")],
        [
            (
                "openapi/tickets.yaml:71 #/components/schemas/Ticket/x-resource/owner",
                "`author` is no property of Ticket",
                "Its properties are id, title, slug, reporter, status",
            )
        ],
    ),
    Refused(
        "a unique name that is no property",
        [(TICKETS, "unique: {slug:", "unique: {name:")],
        [
            (
                "openapi/tickets.yaml:71 #/components/schemas/Ticket/x-resource/unique/name",
                "`name` is no property of Ticket",
                "Its properties are id, title, slug, reporter, status",
            )
        ],
    ),
    Refused(
        "unique names without codes",
        [(TICKETS, "unique: {slug: TICKET_001}", "unique: [slug]")],
        [
            (
                "openapi/tickets.yaml:71 #/components/schemas/Ticket/x-resource/unique",
                "`unique` must map properties to problem codes",
                "Write {property: CODE}",
            )
        ],
    ),
    Refused(
        "an id without a number in it",
        [(TICKETS, "'ticket-{n}'", "'ticket-{id}'")],
        [
            (
                "openapi/tickets.yaml:71 #/components/schemas/Ticket/x-resource/id",
                "the id `ticket-{id}` is no template",
                "Write `uuid`, or a prefix and {n} such as `item-{n}`",
            )
        ],
    ),
    Refused(
        "a collection of two words",
        [(TICKETS, "collection: tickets", "collection: my tickets")],
        [
            (
                "openapi/tickets.yaml:71 #/components/schemas/Ticket/x-resource/collection",
                "x-resource needs a `collection`, one word",
                "Name it in the plural, such as `items`",
            )
        ],
    ),
    Refused(
        "a resource without a collection",
        [(TICKETS, "collection: tickets, ", "")],
        [
            (
                "openapi/tickets.yaml:71 #/components/schemas/Ticket/x-resource/collection",
                "x-resource needs a `collection`, one word",
                "Name it in the plural, such as `items`",
            )
        ],
    ),
    Refused(
        "a field that resources do not have",
        [(TICKETS, "collection: tickets,", "collection: tickets, colour: red,")],
        [
            (
                "openapi/tickets.yaml:71 #/components/schemas/Ticket/x-resource/colour",
                "x-resource has no field `colour`",
                "Its fields are collection, key, id, owner, unique",
            )
        ],
    ),
    Refused(
        "a resource that is only a word",
        [
            (
                TICKETS,
                (
                    "x-resource: {collection: tickets, key: id, id: 'ticket-{n}', owner: reporter, unique: "
                    "{slug: TICKET_001}}"
                ),
                "x-resource: tickets",
            )
        ],
        [
            (
                "openapi/tickets.yaml:71 #/components/schemas/Ticket/x-resource",
                "x-resource must be a mapping",
                "Write {collection: …, key: …, id: …}",
            )
        ],
    ),
    Refused(
        "two resources in one collection",
        [
            (
                TICKETS,
                "    ClosedTicket:\n",
                (
                    "    Note:\n"
                    "      x-resource: {collection: tickets, key: id, id: uuid}\n"
                    "      properties: {id: {type: string}}\n"
                    "    ClosedTicket:\n"
                ),
            )
        ],
        [
            (
                "openapi/tickets.yaml:91 #/components/schemas/Note/x-resource",
                (
                    "the collection `tickets` is taken by Ticket, openapi/tickets.yaml:71 "
                    "#/components/schemas/Ticket/x-resource"
                ),
                "Name another collection",
            )
        ],
    ),
]


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_a_contract_is_refused_for(case: Refused, tmp_path: Path) -> None:
    assert faults(tmp_path, *case.edits) == case.faults
