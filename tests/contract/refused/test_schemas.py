"""Schemas that are no JSON Schema."""

from pathlib import Path

import pytest

from contract.tiny import TICKETS, Refused, faults

REFUSED = [
    Refused(
        "a type that does not exist",
        [(TICKETS, "Title: {type: string, minLength: 3}", "Title: {type: text}")],
        [
            (
                "openapi/tickets.yaml:94 #/components/schemas/Title/type",
                "`text` is no JSON type",
                "Write one of array, boolean, integer, null, number, object, string",
            )
        ],
    ),
    Refused(
        "a keyword of the wrong type",
        [(TICKETS, "Title: {type: string, minLength: 3}", "Title: {type: string, minLength: three}")],
        [
            (
                "openapi/tickets.yaml:94 #/components/schemas/Title/minLength",
                "`minLength` must be an integer",
                "Correct it as JSON Schema 2020-12 says",
            )
        ],
    ),
    Refused(
        "required properties that are no list",
        [(TICKETS, "required: [title, slug, reporter]\n", "required: true\n")],
        [
            (
                "openapi/tickets.yaml:85 #/components/schemas/NewTicket/required",
                "`required` must be an array",
                "Correct it as JSON Schema 2020-12 says",
            )
        ],
    ),
    Refused(
        "a pattern that is no regular expression",
        [(TICKETS, "Title: {type: string, minLength: 3}", "Title: {type: string, pattern: '('}")],
        [
            (
                "openapi/tickets.yaml:94 #/components/schemas/Title/pattern",
                "the pattern is no regular expression",
                "Correct it: JSON Schema reads those of ECMA-262",
            )
        ],
    ),
    Refused(
        "a name pattern that is no regular expression",
        [(TICKETS, "Title: {type: string, minLength: 3}", "Title: {patternProperties: {'(': {}}}")],
        [
            (
                "openapi/tickets.yaml:94 #/components/schemas/Title/patternProperties",
                "a name in `patternProperties` is no regular expression",
                "Correct it: JSON Schema reads those of ECMA-262",
            )
        ],
    ),
    Refused(
        "several faults of one schema at once",
        [(TICKETS, "Title: {type: string, minLength: 3}", "Title: {type: string, minLength: -1, maxLength: long}")],
        [
            (
                "openapi/tickets.yaml:94 #/components/schemas/Title/minLength",
                "`minLength` must be at least 0",
                "Correct it as JSON Schema 2020-12 says",
            ),
            (
                "openapi/tickets.yaml:94 #/components/schemas/Title/maxLength",
                "`maxLength` must be an integer",
                "Correct it as JSON Schema 2020-12 says",
            ),
        ],
    ),
]


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_a_contract_is_refused_for(case: Refused, tmp_path: Path) -> None:
    assert faults(tmp_path, *case.edits) == case.faults
