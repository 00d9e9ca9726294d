"""Parameters and bodies that no request is read by."""

from pathlib import Path

import pytest

from contract.tiny import TICKETS, Refused, faults

REFUSED = [
    Refused(
        "a parameter in a cookie",
        [
            (
                TICKETS,
                "{name: limit, in: query, schema: {type: integer, minimum: 1, default: 10}}",
                "{name: limit, in: cookie, schema: {type: integer}}",
            )
        ],
        [
            (
                "openapi/tickets.yaml:58 #/paths/~1tickets~1{ticket_id}~1close/post/parameters/1",
                "parameters in `cookie` are not read",
                "Use path, query or header",
            )
        ],
    ),
    Refused(
        "a parameter style",
        [
            (
                TICKETS,
                "{name: limit, in: query, schema: {type: integer, minimum: 1, default: 10}}",
                "{name: limit, in: query, style: deepObject, schema: {type: integer}}",
            )
        ],
        [
            (
                "openapi/tickets.yaml:58 #/paths/~1tickets~1{ticket_id}~1close/post/parameters/1",
                "the query parameter style `deepObject` is not read",
                "Use form, the default",
            )
        ],
    ),
    Refused(
        "a parameter that is an object",
        [
            (
                TICKETS,
                "{name: limit, in: query, schema: {type: integer, minimum: 1, default: 10}}",
                "{name: limit, in: query, schema: {type: object}}",
            )
        ],
        [
            (
                "openapi/tickets.yaml:58 #/paths/~1tickets~1{ticket_id}~1close/post/parameters/1",
                "the query parameter `limit` is an object, which is not read",
                "Write a parameter for each of its properties",
            )
        ],
    ),
    Refused(
        "a list that repeats its name",
        [
            (
                TICKETS,
                "{name: limit, in: query, schema: {type: integer, minimum: 1, default: 10}}",
                "{name: limit, in: query, schema: {type: array, items: {type: string}}}",
            )
        ],
        [
            (
                "openapi/tickets.yaml:58 #/paths/~1tickets~1{ticket_id}~1close/post/parameters/1",
                "the query parameter `limit` is a list that repeats its name, which is not read",
                "Add `explode: false`, and use commas",
            )
        ],
    ),
    Refused(
        "a list of numbers",
        [
            (
                TICKETS,
                "{name: limit, in: query, schema: {type: integer, minimum: 1, default: 10}}",
                "{name: limit, in: query, explode: false, schema: {type: array, items: {type: integer}}}",
            )
        ],
        [
            (
                "openapi/tickets.yaml:58 #/paths/~1tickets~1{ticket_id}~1close/post/parameters/1",
                "the query parameter `limit` is a list of other things than strings, which is not read",
                "Make its elements strings",
            )
        ],
    ),
    Refused(
        "a parameter with content",
        [
            (
                TICKETS,
                "{name: limit, in: query, schema: {type: integer, minimum: 1, default: 10}}",
                "{name: limit, in: query, content: {application/json: {}}}",
            )
        ],
        [
            (
                "openapi/tickets.yaml:58 #/paths/~1tickets~1{ticket_id}~1close/post/parameters/1",
                "the query parameter `limit` has `content`, which is not read",
                "Describe it with `schema`",
            )
        ],
    ),
    Refused(
        "a parameter without a schema",
        [
            (
                TICKETS,
                "{name: limit, in: query, schema: {type: integer, minimum: 1, default: 10}}",
                "{name: limit, in: query}",
            )
        ],
        [
            (
                "openapi/tickets.yaml:58 #/paths/~1tickets~1{ticket_id}~1close/post/parameters/1",
                "the query parameter `limit` has no schema",
                "Say what values it takes: `schema: …`",
            )
        ],
    ),
    Refused(
        "a parameter without a place",
        [(TICKETS, "{name: limit, in: query, schema: {type: integer, minimum: 1, default: 10}}", "{name: limit}")],
        [
            (
                "openapi/tickets.yaml:58 #/paths/~1tickets~1{ticket_id}~1close/post/parameters/1",
                "a parameter needs `name` and `in`",
                "Add both, or refer to a parameter with $ref",
            )
        ],
    ),
    Refused(
        "a parameter that stands twice",
        [
            (
                TICKETS,
                "{name: limit, in: query, schema: {type: integer, minimum: 1, default: 10}}",
                "{name: limit, in: query, schema: {}}\n        - {name: limit, in: query, schema: {}}",
            )
        ],
        [
            (
                "openapi/tickets.yaml:59 #/paths/~1tickets~1{ticket_id}~1close/post/parameters/2",
                "the query parameter `limit` stands here twice",
                "Keep one of them",
            )
        ],
    ),
    Refused(
        "a request body that is not JSON",
        [
            (
                TICKETS,
                "          application/json:\n            schema: {$ref: '#/components/schemas/NewTicket'}",
                "          application/xml:\n            schema: {$ref: '#/components/schemas/NewTicket'}",
            )
        ],
        [
            (
                "openapi/tickets.yaml:11 #/paths/~1tickets/post/requestBody",
                "the request body is application/xml, not JSON",
                "Describe it under application/json",
            )
        ],
    ),
    Refused(
        "a request body without content",
        [
            (
                TICKETS,
                (
                    "        content:\n"
                    "          application/json:\n"
                    "            schema: {$ref: '#/components/schemas/NewTicket'}\n"
                    "            example: {title: Broken lamp, slug: lamp, reporter: ann}\n"
                ),
                "",
            )
        ],
        [
            (
                "openapi/tickets.yaml:11 #/paths/~1tickets/post/requestBody",
                "the request body has no content",
                "Describe it under application/json",
            )
        ],
    ),
]


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_a_contract_is_refused_for(case: Refused, tmp_path: Path) -> None:
    assert faults(tmp_path, *case.edits) == case.faults
