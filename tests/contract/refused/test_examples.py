"""Examples that are not what they are examples of."""

from pathlib import Path

import pytest

from contract.tiny import EVENTS, TICKETS, Refused, faults

REFUSED = [
    Refused(
        "an example of a body, one fault each broken rule",
        [(TICKETS, "example: {title: Broken lamp, slug: lamp, reporter: ann}", "example: {title: Br, slug: lamp}")],
        [
            (
                (
                    "openapi/tickets.yaml:16 "
                    "#/paths/~1tickets/post/requestBody/content/application~1json/example/reporter"
                ),
                "the example breaks its schema: /reporter is required",
                "Correct the example, or the rule at openapi/tickets.yaml:85 #/components/schemas/NewTicket/required",
            ),
            (
                "openapi/tickets.yaml:16 #/paths/~1tickets/post/requestBody/content/application~1json/example/title",
                "the example breaks its schema: /title must have at least 3 characters",
                "Correct the example, or the rule at openapi/tickets.yaml:94 #/components/schemas/Title/minLength",
            ),
        ],
    ),
    Refused(
        "a named example of a response",
        [(TICKETS, "{value: *ticket}", "{value: {id: 1, title: Lamp, slug: lamp, reporter: ann, status: open}}")],
        [
            (
                (
                    "openapi/tickets.yaml:50 "
                    "#/paths/~1tickets~1{ticket_id}/get/responses/200/content/application~1json/examples/lamp/"
                    "value/id"
                ),
                "the example breaks its schema: /id must be a string",
                (
                    "Correct the example, or the rule at openapi/tickets.yaml:74 "
                    "#/components/schemas/Ticket/properties/id/type"
                ),
            )
        ],
    ),
    Refused(
        "an example of a schema",
        [(TICKETS, "Title: {type: string, minLength: 3}", "Title: {type: string, examples: [Lamp, 7]}")],
        [
            (
                "openapi/tickets.yaml:94 #/components/schemas/Title/examples/1",
                "the example breaks its schema: it must be a string",
                "Correct the example, or the rule at openapi/tickets.yaml:94 #/components/schemas/Title/type",
            )
        ],
    ),
    Refused(
        "a single example of a schema",
        [(TICKETS, "Title: {type: string, minLength: 3}", "Title: {type: string, example: 7}")],
        [
            (
                "openapi/tickets.yaml:94 #/components/schemas/Title/example",
                "the example breaks its schema: it must be a string",
                "Correct the example, or the rule at openapi/tickets.yaml:94 #/components/schemas/Title/type",
            )
        ],
    ),
    Refused(
        "a default",
        [(TICKETS, "minimum: 1, default: 10", "minimum: 1, default: 0")],
        [
            (
                "openapi/tickets.yaml:58 #/paths/~1tickets~1{ticket_id}~1close/post/parameters/1/schema/default",
                "the default breaks its schema: it must be at least 1",
                (
                    "Correct the default, or the rule at openapi/tickets.yaml:58 "
                    "#/paths/~1tickets~1{ticket_id}~1close/post/parameters/1/schema/minimum"
                ),
            )
        ],
    ),
    Refused(
        "an example of a parameter",
        [
            (
                TICKETS,
                "{name: limit, in: query, schema: {type: integer, minimum: 1, default: 10}}",
                "{name: limit, in: query, schema: {type: integer}, example: ten}",
            )
        ],
        [
            (
                "openapi/tickets.yaml:58 #/paths/~1tickets~1{ticket_id}~1close/post/parameters/1/example",
                "the example breaks its schema: it must be an integer",
                (
                    "Correct the example, or the rule at openapi/tickets.yaml:58 "
                    "#/paths/~1tickets~1{ticket_id}~1close/post/parameters/1/schema/type"
                ),
            )
        ],
    ),
    Refused(
        "an example of a header",
        [(TICKETS, "{Location: {schema: {type: string}}}", "{Location: {schema: {type: string}, example: 7}}")],
        [
            (
                "openapi/tickets.yaml:20 #/paths/~1tickets/post/responses/201/headers/Location/example",
                "the example breaks its schema: it must be a string",
                (
                    "Correct the example, or the rule at openapi/tickets.yaml:20 "
                    "#/paths/~1tickets/post/responses/201/headers/Location/schema/type"
                ),
            )
        ],
    ),
    Refused(
        "an example of an event",
        [(EVENTS, "ticket_id: ticket-1, title: Broken lamp", "title: Br")],
        [
            (
                "asyncapi/tickets.yaml:24 #/components/messages/ticket_opened/examples/0/payload/ticket_id",
                "the example breaks its schema: /ticket_id is required",
                (
                    "Correct the example, or the rule at asyncapi/tickets.yaml:18 "
                    "#/components/messages/ticket_opened/payload/required"
                ),
            ),
            (
                "asyncapi/tickets.yaml:24 #/components/messages/ticket_opened/examples/0/payload/title",
                "the example breaks its schema: /title must have at least 3 characters",
                "Correct the example, or the rule at openapi/tickets.yaml:94 #/components/schemas/Title/minLength",
            ),
        ],
    ),
]


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_a_contract_is_refused_for(case: Refused, tmp_path: Path) -> None:
    assert faults(tmp_path, *case.edits) == case.faults
