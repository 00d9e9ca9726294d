"""Files that are not YAML 1.2 or JSON as every reader would read it."""

from pathlib import Path

import pytest

from contract.tiny import EVENTS, MAIL, TICKETS, Refused, faults

REFUSED = [
    Refused(
        "a bracket that is never closed",
        [(TICKETS, "security: [{bearerAuth: []}]", "security: [{bearerAuth: []}")],
        [
            (
                "openapi/tickets.yaml:5 #",
                "not YAML: while parsing a flow sequence, did not find expected ',' or ']'",
                "Correct the syntax at this line or just before it",
            )
        ],
    ),
    Refused(
        "a line that is indented wrongly",
        [(EVENTS, "      ticket_closed: {$ref", "     ticket_closed: {$ref")],
        [
            (
                "asyncapi/tickets.yaml:8 #",
                "not YAML: while parsing a block mapping, did not find expected key",
                "Correct the syntax at this line or just before it",
            )
        ],
    ),
    Refused(
        "a key that stands twice",
        [
            (
                TICKETS,
                "slug: {type: string}\n        reporter: {type: string}\n        status",
                (
                    "slug: {type: string}\n"
                    "        slug: {type: integer}\n"
                    "        reporter: {type: string}\n"
                    "        status"
                ),
            )
        ],
        [
            (
                "openapi/tickets.yaml:77 #/components/schemas/Ticket/properties/slug",
                "the key `slug` stands here twice, first in line 76",
                "Keep one of them",
            )
        ],
    ),
    Refused(
        "a tag",
        [(TICKETS, "version: 1.0.0", "version: !semver 1.0.0")],
        [("openapi/tickets.yaml:2 #/info/version", "the YAML tag !semver has no JSON value", "Remove the tag")],
    ),
    Refused(
        "a tag on a mapping",
        [(MAIL, "info: {", "info: !info {")],
        [("asyncapi/mail.yaml:2 #/info", "the YAML tag !info has no JSON value", "Remove the tag")],
    ),
    Refused(
        "a merge key",
        [(TICKETS, "    ClosedTicket:\n", "    ClosedTicket:\n      <<: {minProperties: 1}\n")],
        [
            (
                "openapi/tickets.yaml:91 #/components/schemas/ClosedTicket/<<",
                "the merge key << is not part of YAML 1.2",
                "Write the members out, or use $ref",
            )
        ],
    ),
    Refused(
        "a number that JSON does not have",
        [(TICKETS, "minimum: 1", "minimum: .inf")],
        [
            (
                "openapi/tickets.yaml:58 #/paths/~1tickets~1{ticket_id}~1close/post/parameters/1/schema/minimum",
                "JSON has no number .inf",
                "Write a finite number, or quote it as text",
            )
        ],
    ),
    Refused(
        "a number that is too large to be one",
        [(TICKETS, "minimum: 1", "minimum: 1e999")],
        [
            (
                "openapi/tickets.yaml:58 #/paths/~1tickets~1{ticket_id}~1close/post/parameters/1/schema/minimum",
                "JSON has no number 1e999",
                "Write a finite number, or quote it as text",
            )
        ],
    ),
    Refused(
        "a key that is a list",
        [(TICKETS, "minimum: 1", "[minimum]: 1")],
        [
            (
                "openapi/tickets.yaml:58 #/paths/~1tickets~1{ticket_id}~1close/post/parameters/1/schema",
                "a key is not a string",
                "Write every key as one plain or quoted word",
            )
        ],
    ),
    Refused(
        "an alias that names nothing",
        [(TICKETS, "value: *ticket", "value: *tickets")],
        [
            (
                "openapi/tickets.yaml:50 #",
                "not YAML: found undefined alias",
                "Correct the syntax at this line or just before it",
            )
        ],
    ),
    Refused(
        "an alias of what it stands in",
        [(TICKETS, "&ticket {id: ticket-1,", "&ticket {self: *ticket, id: ticket-1,")],
        [
            (
                "openapi/tickets.yaml:1 #",
                "nested too deeply, or aliases that multiply without end",
                "Write the document without such nesting and aliases",
            )
        ],
    ),
    Refused(
        "two documents in one file",
        [(MAIL, "info:", "---\ninfo:")],
        [
            (
                "asyncapi/mail.yaml:2 #",
                "not YAML: expected a single document in the stream, but found another document",
                "Correct the syntax at this line or just before it",
            )
        ],
    ),
    Refused(
        "a control character",
        [(MAIL, "Writes", "\u0001rites")],
        [
            (
                "asyncapi/mail.yaml:1 #",
                "not YAML: unacceptable character #x0001: control characters are not allowed",
                "Save the file as plain UTF-8 text",
            )
        ],
    ),
]


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_a_contract_is_refused_for(case: Refused, tmp_path: Path) -> None:
    assert faults(tmp_path, *case.edits) == case.faults
