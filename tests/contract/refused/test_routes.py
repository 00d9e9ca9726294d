"""Operations that cannot be told apart or cannot be reached."""

from pathlib import Path

import pytest

from contract.tiny import TICKETS, Refused, faults

REFUSED = [
    Refused(
        "two operations with one name",
        [(TICKETS, "operationId: tickets.close", "operationId: tickets.get")],
        [
            (
                "openapi/tickets.yaml:53 #/paths/~1tickets~1{ticket_id}~1close/post/operationId",
                "the operationId `tickets.get` is taken by openapi/tickets.yaml:42 #/paths/~1tickets~1{ticket_id}/get",
                "Give each its own",
            )
        ],
    ),
    Refused(
        "an operation without a name",
        [(TICKETS, "      operationId: tickets.close\n", "")],
        [
            (
                "openapi/tickets.yaml:52 #/paths/~1tickets~1{ticket_id}~1close/post",
                "the operation has no operationId",
                "Name it `tickets.<verb>`",
            )
        ],
    ),
    Refused(
        "an operation that is not named after its service",
        [(TICKETS, "operationId: tickets.close", "operationId: close")],
        [
            (
                "openapi/tickets.yaml:53 #/paths/~1tickets~1{ticket_id}~1close/post/operationId",
                "`close` does not start with its service",
                "Name it `tickets.<verb>`, as the others of this document",
            )
        ],
    ),
    Refused(
        "two operations on one route",
        [
            (
                TICKETS,
                "components:\n  security",
                (
                    "  /tickets/{id}:\n"
                    "    get:\n"
                    "      operationId: tickets.read\n"
                    "      parameters: [{name: id, in: path, required: true, schema: {type: string}}]\n"
                    "      responses: {'200': {description: The ticket.}}\n"
                    "components:\n"
                    "  security"
                ),
            )
        ],
        [
            (
                "openapi/tickets.yaml:66 #/paths/~1tickets~1{id}/get",
                "the route GET /tickets/{id} is taken by openapi/tickets.yaml:42 #/paths/~1tickets~1{ticket_id}/get",
                "Give each its own",
            )
        ],
    ),
    Refused(
        "a path without its slash",
        [(TICKETS, "  /tickets:\n", "  tickets:\n")],
        [
            (
                "openapi/tickets.yaml:7 #/paths/tickets/post",
                "the path `tickets` of tickets.create does not start with /",
                "Write it as /tickets",
            )
        ],
    ),
    Refused(
        "a parameter of the path that is not declared",
        [
            (
                TICKETS,
                (
                    "    parameters:\n"
                    "      - {name: ticket_id, in: path, required: true, schema: {type: string}}\n"
                    "    get"
                ),
                "    get",
            )
        ],
        [
            (
                "openapi/tickets.yaml:40 #/paths/~1tickets~1{ticket_id}/get",
                "tickets.get does not declare the path parameter `ticket_id` of /tickets/{ticket_id}",
                "Add it to `parameters`, with `in: path` and `required: true`",
            )
        ],
    ),
    Refused(
        "a path parameter that does not stand in the path",
        [
            (
                TICKETS,
                "- {name: limit, in: query, schema: {type: integer, minimum: 1, default: 10}}",
                "- {name: page, in: path, required: true, schema: {type: string}}",
            )
        ],
        [
            (
                "openapi/tickets.yaml:52 #/paths/~1tickets~1{ticket_id}~1close/post",
                "the path parameter `page` does not stand in /tickets/{ticket_id}/close",
                "Write {page} in the path, or remove the parameter",
            )
        ],
    ),
    Refused(
        "a path that names a parameter twice",
        [(TICKETS, "  /tickets/{ticket_id}/close:", "  /tickets/{ticket_id}/close/{ticket_id}:")],
        [
            (
                "openapi/tickets.yaml:52 #/paths/~1tickets~1{ticket_id}~1close~1{ticket_id}/post",
                "the path /tickets/{ticket_id}/close/{ticket_id} names {ticket_id} twice",
                "Rename one of them",
            )
        ],
    ),
    Refused(
        "a path parameter that may be missing",
        [
            (
                TICKETS,
                "required: true, schema: {type: string}}\n        - {name: limit",
                "schema: {type: string}}\n        - {name: limit",
            )
        ],
        [
            (
                "openapi/tickets.yaml:52 #/paths/~1tickets~1{ticket_id}~1close/post",
                "the path parameter `ticket_id` of tickets.close is not required",
                "Add `required: true`",
            )
        ],
    ),
    Refused(
        "an operation that cannot succeed",
        [
            (
                TICKETS,
                "'200':\n          description: The ticket is closed.",
                "'302':\n          description: The ticket is closed.",
            )
        ],
        [
            (
                "openapi/tickets.yaml:59 #/paths/~1tickets~1{ticket_id}~1close/post/responses",
                "tickets.close declares no success",
                "Declare a response from 200 to 299",
            )
        ],
    ),
    Refused(
        "an operation without responses",
        [
            (
                TICKETS,
                (
                    "      responses:\n"
                    "        '200':\n"
                    "          description: The ticket is closed.\n"
                    "          content:\n"
                    "            application/json:\n"
                    "              schema: {$ref: '#/components/schemas/ClosedTicket'}\n"
                ),
                "",
            )
        ],
        [
            (
                "openapi/tickets.yaml:52 #/paths/~1tickets~1{ticket_id}~1close/post",
                "tickets.close declares no success",
                "Declare a response from 200 to 299",
            )
        ],
    ),
    Refused(
        "a response that is no status",
        [
            (
                TICKETS,
                "'200':\n          description: The ticket is closed.",
                "ok:\n          description: The ticket is closed.",
            )
        ],
        [
            (
                "openapi/tickets.yaml:60 #/paths/~1tickets~1{ticket_id}~1close/post/responses/ok",
                "`ok` is not an HTTP status",
                "Write a number from 100 to 599, such as 200",
            )
        ],
    ),
    Refused(
        "a response for every other status",
        [
            (
                TICKETS,
                "'200':\n          description: The ticket is closed.",
                (
                    "default: {description: Something else.}\n"
                    "        '200':\n"
                    "          description: The ticket is closed."
                ),
            )
        ],
        [
            (
                "openapi/tickets.yaml:60 #/paths/~1tickets~1{ticket_id}~1close/post/responses/default",
                "the response `default` names no single status",
                "Declare each status",
            )
        ],
    ),
    Refused(
        "a link to an operation that does not exist",
        [(TICKETS, "{operationId: tickets.get}", "{operationId: tickets.read}")],
        [
            (
                "openapi/tickets.yaml:26 #/paths/~1tickets/post/responses/201/links/GetTicket/operationId",
                "the link leads to `tickets.read`, which is no operation",
                "Correct the operationId",
            )
        ],
    ),
]


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_a_contract_is_refused_for(case: Refused, tmp_path: Path) -> None:
    assert faults(tmp_path, *case.edits) == case.faults
