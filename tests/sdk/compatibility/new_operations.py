"""Mutations of operations: new ones, and new parameters and headers of those that there are."""

from collections.abc import Iterator
from random import Random
from typing import Any, Final

import orjson

from commerce_mock.call import Answer, Call, Result, Rule
from commerce_mock.transaction import Transaction
from commerce_mock.wire import Request
from sdk.compatibility.documents import Documents
from sdk.compatibility.mutation import Mutation, answered
from sdk.compatibility.record import Run
from sdk.compatibility.scenario import Day

_PARAMETERS: Final[tuple[tuple[dict[str, Any], Any], ...]] = (
    ({"type": "string", "enum": ["asc", "desc"], "default": "desc"}, "desc"),
    ({"type": "boolean", "default": False}, False),
    ({"type": "integer", "minimum": 1, "default": 3}, 3),
)
_HEADERS: Final = (
    ("RateLimit-Remaining", "17"),
    ("Deprecation", "@1767225600"),
    ("Link", '</api>; rel="next", </b>; rel="last"'),
    ("X-New", "a, b"),
    ("Retry-After", "3"),
)
_PATHS: Final = ("/api/{0}/search", "/api/{0}/{{id}}/notes", "/api/v2/{0}", "/{0}", "/api/{0}/user/all")


def new_parameter(random: Random, documents: Documents) -> Mutation:
    """A query parameter that need not be sent: the service counts with its default."""
    heard: list[Any] = []
    _, operation = random.choice(list(documents.operations()))
    name = operation["operationId"]
    schema, default = random.choice(_PARAMETERS)
    word = random.choice(["sort", "include_all", "expand", "page"])
    declared = {"name": word, "in": "query", "description": "New.", "schema": schema, "example": default}
    operation["parameters"] = [*operation.get("parameters", ()), declared]

    def listening(rule: Rule) -> Rule:
        def listens(tx: Transaction, call: Call) -> Result:
            heard.append(call.query.get(word))
            return rule(tx, call)

        return listens

    def complaints(_: Run) -> Iterator[str]:
        if not heard or any(each != default for each in heard):
            yield f"the service counted with {heard}"

    return Mutation(f"{name} takes {word}", documents, complaints, {name: listening})


def new_header(random: Random, documents: Documents) -> Mutation:
    """A header more with an answer: whoever asks for the answer's headers has it."""
    name, _, status, _ = random.choice([each for each in documents.answers() if each[2].startswith("2")])
    header, value = random.choice(_HEADERS)
    _, operation = documents.operation(name)
    operation["responses"][status].setdefault("headers", {})[header] = {
        "description": "New.",
        "schema": {"type": "string"},
        "example": value,
    }

    def telling(rule: Rule) -> Rule:
        def tells(tx: Transaction, call: Call) -> Result:
            answer = answered(call, rule(tx, call))
            headers = {**answer.headers, header.lower().encode(): value.encode()}
            return Answer(answer.content, answer.status, answer.media_type, headers)

        return tells

    def complaints(run: Run) -> Iterator[str]:
        seen = [headers[header.lower()] for headers in run.headers if header.lower() in headers]
        if value not in seen:
            yield f"{header} was seen as {seen}"

    return Mutation(f"{name} answers with {header}", documents, complaints, {name: telling})


def new_operation(random: Random, documents: Documents) -> Mutation:
    """An operation more, also on a path that another one's parameter could mean."""
    service = random.choice(["users", "orders", "payments"])
    path = random.choice(_PATHS).format(service)
    method = random.choice(["get", "post", "delete"])
    shown = {"notes": ["new"], "id": "n-1"}
    schema = {
        "type": "object",
        "description": "New.",
        "properties": {
            "notes": {"description": "New.", "type": "array", "items": {"type": "string"}, "examples": [["new"]]},
            "id": {"description": "New.", "type": "string", "examples": ["n-1"]},
        },
    }
    parameters = [{"name": "id", "in": "path", "required": True, "description": "Which.", "schema": {"type": "string"}}]
    common = "common.yaml#/components"
    document = documents.data[f"openapi/{service}.yaml"]
    document["paths"].setdefault(path, {})[method] = {
        "operationId": f"{service}.brand_new",
        "tags": [document["tags"][0]["name"]],
        "summary": "Something new",
        "description": "Something new.",
        "security": [],
        "parameters": parameters if "{id}" in path else [],
        "responses": {
            "200": {
                "description": "New.",
                "headers": {"X-Request-Id": {"$ref": f"{common}/headers/X-Request-Id"}},
                "content": {"application/json": {"schema": schema, "examples": {"new": {"value": shown}}}},
            },
            "400": {"$ref": f"{common}/responses/BadRequest"},
            "500": {"$ref": f"{common}/responses/InternalError"},
        },
    }
    answers: list[Any] = []

    def call(day: Day) -> None:
        engine = day.mock.engine
        asked = Request(method.upper(), path.replace("{id}", "n-1"), service=service)
        response = engine.respond(engine.world, asked)
        answers.append((response.status, orjson.loads(response.body)))

    def complaints(_: Run) -> Iterator[str]:
        if answers != [(200, shown)]:
            yield f"the new operation answered {answers}"

    return Mutation(f"{method} {path} is new", documents, complaints, also=call)
