"""References that lead nowhere."""

from pathlib import Path

import pytest

from contract.tiny import EVENTS, TICKETS, Refused, faults

REFUSED = [
    Refused(
        "a reference to a component that does not exist",
        [
            (
                TICKETS,
                "schema: {$ref: '#/components/schemas/NewTicket'}",
                "schema: {$ref: '#/components/schemas/NewTickets'}",
            )
        ],
        [
            (
                "openapi/tickets.yaml:15 #/paths/~1tickets/post/requestBody/content/application~1json/schema/$ref",
                "#/components/schemas/NewTickets leads nowhere: there is no `NewTickets` in openapi/tickets.yaml",
                "Correct the $ref, or write what it names",
            )
        ],
    ),
    Refused(
        "a reference to a file that does not exist",
        [(TICKETS, "'common.yaml#/components/schemas/Problem'", "'comon.yaml#/components/schemas/Problem'")],
        [
            (
                (
                    "openapi/tickets.yaml:33 "
                    "#/paths/~1tickets/post/responses/409/content/application~1problem+json/schema/allOf/0/$ref"
                ),
                "there is no file comon.yaml beside openapi/tickets.yaml",
                "Correct the $ref, or write what it names",
            )
        ],
    ),
    Refused(
        "a reference to another host",
        [(TICKETS, "'common.yaml#/components/schemas/Problem'", "'https://example.com/common.yaml#/Problem'")],
        [
            (
                (
                    "openapi/tickets.yaml:33 "
                    "#/paths/~1tickets/post/responses/409/content/application~1problem+json/schema/allOf/0/$ref"
                ),
                "https://example.com/common.yaml is not a local file, and nothing is fetched from elsewhere",
                "Save the document beside the others and refer to that file",
            )
        ],
    ),
    Refused(
        "a reference to an anchor",
        [(TICKETS, "schema: {$ref: '#/components/schemas/NewTicket'}", "schema: {$ref: '#NewTicket'}")],
        [
            (
                "openapi/tickets.yaml:15 #/paths/~1tickets/post/requestBody/content/application~1json/schema/$ref",
                "#NewTicket is not a JSON pointer",
                "Write it as #/components/…; anchors are not read",
            )
        ],
    ),
    Refused(
        "a reference past the end of a list",
        [(TICKETS, "schema: {$ref: '#/components/schemas/NewTicket'}", "schema: {$ref: '#/security/1'}")],
        [
            (
                "openapi/tickets.yaml:15 #/paths/~1tickets/post/requestBody/content/application~1json/schema/$ref",
                "#/security/1 leads nowhere: there is no `1` in openapi/tickets.yaml",
                "Correct the $ref, or write what it names",
            )
        ],
    ),
    Refused(
        "a parameter that is missing, without blaming the path",
        [
            (
                TICKETS,
                "- {name: ticket_id, in: path, required: true, schema: {type: string}}\n    get:",
                "- {$ref: '#/components/parameters/TicketId'}\n    get:",
            )
        ],
        [
            (
                "openapi/tickets.yaml:41 #/paths/~1tickets~1{ticket_id}/parameters/0/$ref",
                "#/components/parameters/TicketId leads nowhere: there is no `parameters` in openapi/tickets.yaml",
                "Correct the $ref, or write what it names",
            )
        ],
    ),
    Refused(
        "a response that is missing, without blaming its codes",
        [(TICKETS, "'common.yaml#/components/responses/Invalid'", "'common.yaml#/components/responses/Invalids'")],
        [
            (
                "openapi/tickets.yaml:38 #/paths/~1tickets/post/responses/422/$ref",
                (
                    "common.yaml#/components/responses/Invalids leads nowhere: there is no `Invalids` in "
                    "openapi/common.yaml"
                ),
                "Correct the $ref, or write what it names",
            )
        ],
    ),
    Refused(
        "a message that is missing, without blaming who emits it",
        [(EVENTS, "{$ref: '#/components/messages/ticket_closed'}", "{$ref: '#/components/messages/closed'}")],
        [
            (
                "asyncapi/tickets.yaml:8 #/channels/ticket_events/messages/ticket_closed/$ref",
                "#/components/messages/closed leads nowhere: there is no `closed` in asyncapi/tickets.yaml",
                "Correct the $ref, or write what it names",
            )
        ],
    ),
    Refused(
        "a schema that is defined by itself",
        [(TICKETS, "Title: {type: string, minLength: 3}", "Title: {$ref: '#/components/schemas/Title'}")],
        [
            (
                "openapi/tickets.yaml:94 #/components/schemas/Title",
                "`Title` is defined by itself, so that it says nothing",
                "Break the circle of $ref, allOf, anyOf and oneOf",
            )
        ],
    ),
    Refused(
        "schemas that are defined by each other",
        [
            (
                TICKETS,
                "    Title: {type: string, minLength: 3}",
                (
                    "    Title: {allOf: [{$ref: '#/components/schemas/Name'}]}\n"
                    "    Name: {anyOf: [{$ref: '#/components/schemas/Title'}]}"
                ),
            )
        ],
        [
            (
                "openapi/tickets.yaml:94 #/components/schemas/Title",
                "`Title` is defined by itself, so that it says nothing",
                "Break the circle of $ref, allOf, anyOf and oneOf",
            ),
            (
                "openapi/tickets.yaml:95 #/components/schemas/Name",
                "`Name` is defined by itself, so that it says nothing",
                "Break the circle of $ref, allOf, anyOf and oneOf",
            ),
        ],
    ),
]


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_a_contract_is_refused_for(case: Refused, tmp_path: Path) -> None:
    assert faults(tmp_path, *case.edits) == case.faults
