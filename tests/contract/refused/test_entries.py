"""Documents that do not say what they are."""

from pathlib import Path

import pytest

from contract.tiny import COMMON, MAIL, Refused, faults

REFUSED = [
    Refused(
        "a document of OpenAPI 2",
        [(MAIL, "asyncapi: 3.0.0", "swagger: '2.0'")],
        [("asyncapi/mail.yaml:1 #/swagger", "Swagger 2.0 is not read", "Convert it to OpenAPI 3")],
    ),
    Refused(
        "a document of OpenAPI 4",
        [(COMMON, "openapi: 3.1.0", "openapi: 4.0.0")],
        [("openapi/common.yaml:1 #/openapi", "OpenAPI 4.0.0 is not read, only version 3", 'Write `openapi: "3.1.0"`')],
    ),
    Refused(
        "a version that is a number",
        [(COMMON, "openapi: 3.1.0", "openapi: 3.1")],
        [
            (
                "openapi/common.yaml:1 #/openapi",
                "OpenAPI 3.1 (a number) is not read, only version 3",
                'Write `openapi: "3.1.0"`',
            )
        ],
    ),
    Refused(
        "a document of AsyncAPI 2",
        [(MAIL, "asyncapi: 3.0.0", "asyncapi: 2.6.0")],
        [
            (
                "asyncapi/mail.yaml:1 #/asyncapi",
                "AsyncAPI 2.6.0 is not read, only version 3",
                'Write `asyncapi: "3.0.0"`',
            )
        ],
    ),
    Refused(
        "a document that nobody refers to and that is neither",
        [(MAIL, "asyncapi: 3.0.0\n", "")],
        [
            (
                "asyncapi/mail.yaml:1 #",
                "neither an OpenAPI nor an AsyncAPI document, and no other document refers to it",
                "Start it with `openapi:` or `asyncapi:`, or move it elsewhere",
            )
        ],
    ),
    Refused(
        "a service that two documents describe",
        [
            (
                COMMON,
                "components:\n",
                "paths: {/x: {get: {operationId: tickets.x, responses: {'200': {description: x}}}}}\ncomponents:\n",
            )
        ],
        [
            (
                "openapi/tickets.yaml:1 #",
                "the service `tickets` is described here and in openapi/common.yaml",
                "Keep one document a service",
            )
        ],
    ),
]


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_a_contract_is_refused_for(case: Refused, tmp_path: Path) -> None:
    assert faults(tmp_path, *case.edits) == case.faults
