"""Keys that start with `x-`: the five of the vocabulary, where they mean something, and no others."""

from pathlib import Path

import pytest

from contract.tiny import COMMON, TICKETS, Refused, faults

REFUSED = [
    Refused(
        "a key outside the vocabulary",
        [(TICKETS, "summary: Open a ticket", "x-colour: red")],
        [
            (
                "openapi/tickets.yaml:9 #/paths/~1tickets/post/x-colour",
                "unknown key `x-colour`",
                "Remove it; the keys are x-resource, x-transitions, x-problem, x-moves-to, x-emits",
            )
        ],
    ),
    Refused(
        "a key of other tools in the info of a document",
        [(COMMON, "version: 1.0.0", "x-logo: {url: logo.svg}, version: 1.0.0")],
        [
            (
                "openapi/common.yaml:2 #/info/x-logo",
                "unknown key `x-logo`",
                "Remove it; the keys are x-resource, x-transitions, x-problem, x-moves-to, x-emits",
            )
        ],
    ),
    Refused(
        "an unknown key among the responses",
        [(TICKETS, "        '409':\n", "        x-order: 1\n        '409':\n")],
        [
            (
                "openapi/tickets.yaml:27 #/paths/~1tickets/post/responses/x-order",
                "unknown key `x-order`",
                "Remove it; the keys are x-resource, x-transitions, x-problem, x-moves-to, x-emits",
            )
        ],
    ),
    Refused(
        "a misspelt key, with the key that was meant",
        [(TICKETS, "x-moves-to: closed", "x-move-to: closed")],
        [
            (
                "openapi/tickets.yaml:54 #/paths/~1tickets~1{ticket_id}~1close/post/x-move-to",
                "unknown key `x-move-to`",
                "Did you mean `x-moves-to`?",
            )
        ],
    ),
    Refused(
        "a key of operations on a schema",
        [(TICKETS, "enum: [open, closed]\n", "enum: [open, closed]\n      x-emits: [ticket_closed]\n")],
        [
            (
                "openapi/tickets.yaml:82 #/components/schemas/TicketStatus/x-emits",
                "`x-emits` says nothing about a schema",
                "Write it on an operation",
            )
        ],
    ),
    Refused(
        "a resource declared on a schema without a name",
        [
            (
                TICKETS,
                "schema: {$ref: '#/components/schemas/NewTicket'}",
                "schema: {x-resource: {collection: notes, key: id, id: uuid}, properties: {id: {type: string}}}",
            )
        ],
        [
            (
                (
                    "openapi/tickets.yaml:15 "
                    "#/paths/~1tickets/post/requestBody/content/application~1json/schema/x-resource"
                ),
                "`x-resource` stands on a schema without a name",
                "Move it below /components/schemas",
            )
        ],
    ),
]


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_a_contract_is_refused_for(case: Refused, tmp_path: Path) -> None:
    assert faults(tmp_path, *case.edits) == case.faults
