"""Problem codes that are not declared, not shown, or ambiguous."""

from pathlib import Path

import pytest

from contract.tiny import COMMON, TICKETS, Refused, faults

REFUSED = [
    Refused(
        "a code of a property that its operation does not declare",
        [(TICKETS, "x-problem: TICKET_002", "x-problem: TICKET_003")],
        [
            (
                "openapi/tickets.yaml:87 #/components/schemas/NewTicket/properties/title/x-problem",
                "TICKET_003 is answered where `title` is wrong, but tickets.create does not declare it",
                "Add the code, with an example, to one of its responses",
            )
        ],
    ),
    Refused(
        "a code of a nested property",
        [
            (
                TICKETS,
                "        reporter: {type: string}\n    ClosedTicket",
                (
                    "        reporter: {type: string}\n"
                    "        parts: {type: array, items: {properties: {size: {type: integer, x-problem: "
                    "TICKET_004}}}}\n"
                    "    ClosedTicket"
                ),
            )
        ],
        [
            (
                (
                    "openapi/tickets.yaml:90 "
                    "#/components/schemas/NewTicket/properties/parts/items/properties/size/x-problem"
                ),
                "TICKET_004 is answered where `size` is wrong, but tickets.create does not declare it",
                "Add the code, with an example, to one of its responses",
            )
        ],
    ),
    Refused(
        "a code of a parameter",
        [
            (
                TICKETS,
                "schema: {type: integer, minimum: 1, default: 10}",
                "schema: {type: integer, x-problem: TICKET_005}",
            )
        ],
        [
            (
                "openapi/tickets.yaml:58 #/paths/~1tickets~1{ticket_id}~1close/post/parameters/1/schema/x-problem",
                "TICKET_005 is answered where the parameter `limit` is wrong, but tickets.close does not declare it",
                "Add the code, with an example, to one of its responses",
            )
        ],
    ),
    Refused(
        "a code of a duplicate that its operation does not declare",
        [(TICKETS, "unique: {slug: TICKET_001}", "unique: {slug: TICKET_009}")],
        [
            (
                "openapi/tickets.yaml:71 #/components/schemas/Ticket/x-resource",
                "TICKET_009 is answered where `slug` is taken, but tickets.create does not declare it",
                "Add the code, with an example, to one of its responses",
            )
        ],
    ),
    Refused(
        "a code without an example",
        [(COMMON, "            TICKET_002:\n", "            Title:\n")],
        [
            (
                "openapi/common.yaml:5 #/components/responses/Invalid",
                "the problem code TICKET_002 of tickets.create has no example",
                "Add an example named TICKET_002 to this response",
            )
        ],
    ),
    Refused(
        "an example that shows another status",
        [(TICKETS, "title: Slug taken, status: 409", "title: Slug taken, status: 400")],
        [
            (
                "openapi/tickets.yaml:27 #/paths/~1tickets/post/responses/409",
                "the example TICKET_001 of tickets.create shows code TICKET_001 and status 400 under status 409",
                "Make name, code and status agree",
            )
        ],
    ),
    Refused(
        "an example that shows another code",
        [(TICKETS, "code: TICKET_001, detail", "code: TICKET_01, detail")],
        [
            (
                "openapi/tickets.yaml:27 #/paths/~1tickets/post/responses/409",
                "the example TICKET_001 of tickets.create shows code TICKET_01 and status 409 under status 409",
                "Make name, code and status agree",
            ),
            (
                (
                    "openapi/tickets.yaml:37 "
                    "#/paths/~1tickets/post/responses/409/content/application~1problem+json/examples/"
                    "TICKET_001/value/code"
                ),
                "the example breaks its schema: /code must be TICKET_001",
                (
                    "Correct the example, or the rule at openapi/tickets.yaml:34 "
                    "#/paths/~1tickets/post/responses/409/content/application~1problem+json/schema/allOf/1/"
                    "properties/code/enum"
                ),
            ),
        ],
    ),
    Refused(
        "a code with two statuses",
        [
            (COMMON, "VALIDATION_ERROR]", "VALIDATION_ERROR, TICKET_001]"),
            (
                COMMON,
                "          examples:\n",
                (
                    "          examples:\n"
                    "            TICKET_001:\n"
                    "              value: {type: about:blank, title: Taken, status: 422, code: TICKET_001, "
                    "detail: Choose another.}\n"
                ),
            ),
        ],
        [
            (
                "openapi/common.yaml:5 #/components/responses/Invalid",
                "tickets.create answers TICKET_001 with status 409 and with 422",
                "Give a code one status in an operation",
            )
        ],
    ),
]


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_a_contract_is_refused_for(case: Refused, tmp_path: Path) -> None:
    assert faults(tmp_path, *case.edits) == case.faults
