"""What OpenAPI and AsyncAPI allow and nothing here honours."""

from pathlib import Path

import pytest

from contract.tiny import COMMON, EVENTS, TICKETS, Refused, faults

REFUSED = [
    Refused(
        "a format that does not exist",
        [(TICKETS, "Title: {type: string, minLength: 3}", "Title: {type: string, format: e-mail}")],
        [
            (
                "openapi/tickets.yaml:94 #/components/schemas/Title/format",
                "the format `e-mail` is not known",
                "Use a format of JSON Schema, or a pattern",
            )
        ],
    ),
    Refused(
        "a keyword in an event that draft-07 does not have",
        [(EVENTS, "{type: string}\n          title", "{type: string, unevaluatedProperties: false}\n          title")],
        [
            (
                (
                    "asyncapi/tickets.yaml:21 "
                    "#/components/messages/ticket_opened/payload/properties/ticket_id/unevaluatedProperties"
                ),
                "`unevaluatedProperties` is not part of draft-07, which the schemas of events are read as",
                "Say it with keywords that both drafts have",
            )
        ],
    ),
    Refused(
        "a discriminator whose branches have no names",
        [
            (
                TICKETS,
                "    ClosedTicket:\n",
                "    Note: {oneOf: [{type: object}], discriminator: {propertyName: kind}}\n    ClosedTicket:\n",
            )
        ],
        [
            (
                "openapi/tickets.yaml:90 #/components/schemas/Note/discriminator",
                "the discriminator cannot choose",
                "Name its property, and make every branch a $ref",
            )
        ],
    ),
    Refused(
        "a discriminator that maps to no branch",
        [
            (
                TICKETS,
                "    ClosedTicket:\n",
                (
                    "    Note: {oneOf: [{$ref: '#/components/schemas/ClosedTicket'}], discriminator: "
                    "{propertyName: status, mapping: {open: '#/components/schemas/NewTicket'}}}\n"
                    "    ClosedTicket:\n"
                ),
            )
        ],
        [
            (
                "openapi/tickets.yaml:90 #/components/schemas/Note/discriminator",
                "`open` is mapped to no branch of oneOf",
                "Map it to one of the branches",
            )
        ],
    ),
    Refused(
        "a security scheme that is no bearer token",
        [(TICKETS, "{type: http, scheme: bearer}", "{type: apiKey, in: header, name: X-Key}")],
        [
            (
                "openapi/tickets.yaml:67 #/components/securitySchemes/bearerAuth/type",
                "the security scheme `apiKey` is not honoured",
                "Use http bearer",
            )
        ],
    ),
    Refused(
        "a demand for a security scheme that is not declared",
        [(TICKETS, "security: [{bearerAuth: []}]", "security: [{bearerToken: []}]")],
        [
            (
                "openapi/tickets.yaml:4 #/security",
                "the security scheme `bearerToken` is not declared",
                "Add it to components/securitySchemes",
            )
        ],
    ),
    Refused(
        "a choice of media types",
        [
            (
                TICKETS,
                "            example: {title: Broken lamp",
                "          application/xml: {}\n          text/plain:\n            example: {title: Broken lamp",
            )
        ],
        [
            (
                "openapi/tickets.yaml:13 #/paths/~1tickets/post/requestBody/content",
                "only the JSON of several media types is honoured",
                "Declare one media type",
            )
        ],
    ),
    Refused(
        "JSON beside another media type",
        [
            (
                TICKETS,
                "examples: {lamp: {value: *ticket}}",
                "examples: {lamp: {value: *ticket}}\n            text/plain: {}",
            )
        ],
        [
            (
                "openapi/tickets.yaml:47 #/paths/~1tickets~1{ticket_id}/get/responses/200/content",
                "only the JSON of several media types is honoured",
                "Declare one media type",
            )
        ],
    ),
    Refused(
        "a choice without JSON",
        [
            (
                TICKETS,
                (
                    "description: The ticket is closed.\n"
                    "          content:\n"
                    "            application/json:\n"
                    "              schema: {$ref: '#/components/schemas/ClosedTicket'}"
                ),
                "description: The ticket is closed.\n          content: {text/plain: {}, text/html: {}}",
            )
        ],
        [
            (
                "openapi/tickets.yaml:62 #/paths/~1tickets~1{ticket_id}~1close/post/responses/200/content",
                "the choice of text/plain and text/html is not honoured",
                "Declare one media type",
            )
        ],
    ),
    Refused(
        "callbacks",
        [(TICKETS, "summary: Open a ticket", "callbacks: {}")],
        [
            (
                "openapi/tickets.yaml:9 #/paths/~1tickets/post/callbacks",
                "callbacks are not called",
                "Describe them as events in an AsyncAPI document",
            )
        ],
    ),
    Refused(
        "servers of one operation",
        [(TICKETS, "summary: Open a ticket", "servers: []")],
        [
            (
                "openapi/tickets.yaml:9 #/paths/~1tickets/post/servers",
                "servers of a single operation are not honoured",
                "Name them at the top of the document",
            )
        ],
    ),
    Refused(
        "webhooks",
        [(COMMON, "components:\n", "webhooks: {}\ncomponents:\n")],
        [
            (
                "openapi/common.yaml:3 #/webhooks",
                "webhooks are not called",
                "Describe them as events in an AsyncAPI document",
            )
        ],
    ),
    Refused(
        "an example in another place",
        [(TICKETS, "{value: *ticket}", "{externalValue: lamp.json}")],
        [
            (
                (
                    "openapi/tickets.yaml:50 "
                    "#/paths/~1tickets~1{ticket_id}/get/responses/200/content/application~1json/examples/lamp/"
                    "externalValue"
                ),
                "an example in another place is not read",
                "Write it here as `value`",
            )
        ],
    ),
    Refused(
        "traits of a message",
        [(EVENTS, "    ticket_opened:\n", "    ticket_opened:\n      traits: []\n")],
        [
            (
                "asyncapi/tickets.yaml:16 #/components/messages/ticket_opened/traits",
                "traits are not honoured",
                "Write out what they stand for",
            )
        ],
    ),
    Refused(
        "parameters of a channel",
        [(EVENTS, "    address: ticket_events\n", "    address: ticket_events\n    parameters: {}\n")],
        [
            (
                "asyncapi/tickets.yaml:6 #/channels/ticket_events/parameters",
                "channel parameters are not honoured",
                "Write out what they stand for",
            )
        ],
    ),
    Refused(
        "a reply to an event",
        [(EVENTS, "    action: send\n", "    action: send\n    reply: {}\n")],
        [
            (
                "asyncapi/tickets.yaml:12 #/operations/sendTicketEvents/reply",
                "replies are not honoured",
                "Write out what they stand for",
            )
        ],
    ),
    Refused(
        "a payload in another language",
        [
            (
                EVENTS,
                (
                    "      payload:\n"
                    "        type: object\n"
                    "        required: [event_type, ticket_id]\n"
                    "        properties:\n"
                    "          event_type: {const: ticket_closed}\n"
                    "          ticket_id: {type: string}\n"
                ),
                (
                    "      payload:\n"
                    "        schemaFormat: application/vnd.apache.avro;version=1.9.0\n"
                    "        schema: {properties: {event_type: {const: ticket_closed}}}\n"
                ),
            )
        ],
        [
            (
                "asyncapi/tickets.yaml:27 #/components/messages/ticket_closed/payload/schemaFormat",
                "payloads in application/vnd.apache.avro;version=1.9.0 are not read",
                "Describe the payload as JSON Schema",
            )
        ],
    ),
]


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_a_contract_is_refused_for(case: Refused, tmp_path: Path) -> None:
    assert faults(tmp_path, *case.edits) == case.faults
