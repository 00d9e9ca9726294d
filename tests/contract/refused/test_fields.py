"""Fields that OpenAPI, AsyncAPI and JSON Schema do not know, in our documents."""

from pathlib import Path

import pytest

from contract.tiny import COMMON, TICKETS, Refused, faults

REFUSED = [
    Refused(
        "a misspelt field of an operation",
        [(TICKETS, "summary: Open a ticket", "sumary: Open a ticket")],
        [
            (
                "openapi/tickets.yaml:9 #/paths/~1tickets/post/sumary",
                "an operation has no field `sumary`",
                "Did you mean `summary`?",
            )
        ],
    ),
    Refused(
        "a misspelt field of a document",
        [(COMMON, "components:\n  responses:", "component: {}\ncomponents:\n  responses:")],
        [("openapi/common.yaml:3 #/component", "a document has no field `component`", "Did you mean `components`?")],
    ),
    Refused(
        "a keyword of OpenAPI 3.0, with its present form",
        [(TICKETS, "Title: {type: string, minLength: 3}", "Title: {type: string, nullable: true}")],
        [
            (
                "openapi/tickets.yaml:94 #/components/schemas/Title/nullable",
                "a schema has no field `nullable`",
                'Write it as a type: `type: [string, "null"]`',
            )
        ],
    ),
    Refused(
        "a schema with an identifier of its own",
        [(TICKETS, "Title: {type: string, minLength: 3}", "Title: {type: string, $id: title}")],
        [
            (
                "openapi/tickets.yaml:94 #/components/schemas/Title/$id",
                "a schema has no field `$id`",
                "Refer to it by file and JSON pointer",
            )
        ],
    ),
    Refused(
        "a field beside a reference that replaces it",
        [(TICKETS, "Invalid'}", "Invalid', headers: {}}")],
        [
            (
                "openapi/tickets.yaml:38 #/paths/~1tickets/post/responses/422/headers",
                "`headers` beside $ref means nothing",
                "Move it to where the $ref leads",
            )
        ],
    ),
    Refused(
        "a list where a mapping belongs",
        [(COMMON, "  schemas:\n", "  parameters: [limit]\n  schemas:\n")],
        [
            (
                "openapi/common.yaml:18 #/components/parameters",
                "`parameters` must be a mapping",
                "Write it in the shape that OpenAPI and AsyncAPI give it",
            )
        ],
    ),
    Refused(
        "a mapping where a list belongs",
        [
            (
                TICKETS,
                (
                    "x-moves-to: closed\n"
                    "      x-emits: [ticket_closed]\n"
                    "      parameters:\n"
                    "        - {name: ticket_id, in: path, required: true, schema: {type: string}}\n"
                    "        - {name: limit, in: query, schema: {type: integer, minimum: 1, default: 10}}"
                ),
                "x-moves-to: closed\n      x-emits: [ticket_closed]\n      parameters: {ticket_id: {in: path}}",
            )
        ],
        [
            (
                "openapi/tickets.yaml:56 #/paths/~1tickets~1{ticket_id}~1close/post/parameters",
                "`parameters` must be a list",
                "Write it in the shape that OpenAPI and AsyncAPI give it",
            )
        ],
    ),
    Refused(
        "a word where a schema belongs",
        [(TICKETS, "schema: {$ref: '#/components/schemas/NewTicket'}", "schema: NewTicket")],
        [
            (
                "openapi/tickets.yaml:15 #/paths/~1tickets/post/requestBody/content/application~1json/schema",
                "`schema` must be a mapping",
                "Write it in the shape that OpenAPI and AsyncAPI give it",
            )
        ],
    ),
    Refused(
        "a word where an element of a list is an object",
        [(COMMON, "- $ref: '#/components/schemas/Problem'", "- Problem")],
        [
            (
                (
                    "openapi/common.yaml:11 "
                    "#/components/responses/Invalid/content/application~1problem+json/schema/allOf/0"
                ),
                "an element of `allOf` must be a mapping",
                "Write it in the shape that OpenAPI and AsyncAPI give it",
            )
        ],
    ),
]


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_a_contract_is_refused_for(case: Refused, tmp_path: Path) -> None:
    assert faults(tmp_path, *case.edits) == case.faults
