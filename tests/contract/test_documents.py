"""What every operation, problem, field and link of the OpenAPI documents has to have, and that others can read them."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from openapi_spec_validator.readers import read_from_filename

from contract.documents import (
    ASYNCAPI,
    KEYS,
    OPENAPI,
    ROOT,
    Operation,
    Place,
    at,
    contents,
    document,
    errors,
    examples,
    fields,
    media,
    operations,
)

OPERATIONS = {operation.name: operation for operation in operations()}
CONTROL = "admin"  # the mock's own service: it is never down, and nobody signs in to it
GENERAL = {
    "BAD_REQUEST": 400,
    "UNAUTHORIZED": 401,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "CONFLICT": 409,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "VALIDATION_ERROR": 422,
    "INTERNAL_ERROR": 500,
    "SERVICE_UNAVAILABLE": 503,
}

each_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)


def codes(content: Place) -> list[str]:
    """The problem codes that the schema of a problem allows."""
    return [code for field in fields(content / "schema")["code"] for code in field.value.get("enum", ())]


def problems(operation: Operation) -> Iterator[tuple[int, Place]]:
    """Status and content of each problem that an operation answers with."""
    for status, response in operation.responses.items():
        yield from ((status, content) for content in media(response) if content.pointer.endswith("problem+json"))


@pytest.mark.parametrize("file", OPENAPI)
def test_a_document_is_valid_openapi(file: str) -> None:
    content, uri = read_from_filename(str(ROOT / file))
    assert list(OpenAPIV31SpecValidator(content, base_uri=uri).iter_errors()) == []


@pytest.mark.parametrize("file", [*OPENAPI, *ASYNCAPI])
def test_a_document_says_who_answers_for_it(file: str) -> None:
    info = document(file)["info"]
    assert {"title", "description", "version"} < set(info)
    assert info["contact"]["email"]
    assert info["license"]["url"] == "https://www.apache.org/licenses/LICENSE-2.0"


@pytest.mark.parametrize("file", [*OPENAPI, *ASYNCAPI])
def test_a_document_uses_no_extension_but_the_five(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert set(re.findall(r"^ +(x-[\w-]+):", text, re.MULTILINE)) <= KEYS


@each_operation
def test_an_operation_is_named_after_its_service_and_described(operation: Operation) -> None:
    value = operation.place.value
    service = operation.place.file.removeprefix("openapi/").removesuffix(".yaml")
    assert operation.name.split(".")[0] == {"mock-admin": CONTROL}.get(service, service)
    assert value["summary"]
    assert not value["summary"].endswith(".")
    assert value["description"].rstrip().endswith(".")
    assert set(value["tags"]) <= {tag["name"] for tag in document(operation.place.file)["tags"] if tag["description"]}


@each_operation
def test_an_operation_declares_every_answer_that_it_can_give(operation: Operation) -> None:
    takes_body = "requestBody" in operation.place.value
    checked = takes_body or any(set((p / "schema").value) - {"type"} for p in operation.parameters)
    expected = {400, 500}
    expected |= {415} if takes_body else set()
    expected |= {422} if checked else set()
    expected |= {401, 403} if operation.secured else set()
    expected |= set() if operation.name.startswith(CONTROL) else {503}
    declared = set(operation.responses)
    assert {status for status in declared if status >= 400} - {404, 409} == expected


@each_operation
def test_every_content_of_an_operation_has_examples_and_all_are_valid(operation: Operation) -> None:
    for content in contents(operation):
        shown = examples(content)
        assert shown, content
        for name, example in shown.items():
            assert errors(content / "schema", example.value) == [], f"{content} {name}"


@each_operation
def test_every_parameter_of_an_operation_is_described_and_shown(operation: Operation) -> None:
    for parameter in operation.parameters:
        assert parameter.value["description"]
        assert examples(parameter), parameter
        assert all(errors(parameter / "schema", shown.value) == [] for shown in examples(parameter).values())
    in_path = {parameter.value["name"] for parameter in operation.parameters if parameter.value["in"] == "path"}
    assert in_path == set(re.findall(r"\{(\w+)\}", operation.path))


@each_operation
def test_every_problem_code_of_an_operation_has_its_example(operation: Operation) -> None:
    statuses: dict[str, int] = {}
    for status, content in problems(operation):
        allowed = codes(content)
        assert allowed, content
        assert list(examples(content)) == allowed
        for code, example in examples(content).items():
            assert statuses.setdefault(code, status) == status, "a code has one status in an operation"
            assert example.value["code"] == code
            assert example.value["status"] == status
            assert example.value["type"] == f"https://commerce.example/problems/{code.lower().replace('_', '-')}"
    assert set(statuses.values()) >= {400, 500}


@each_operation
def test_a_problem_is_told_with_the_right_headers(operation: Operation) -> None:
    wanted = {401: {"WWW-Authenticate"}, 503: {"Retry-After"}, 201: {"Location"}}
    if operation.name.startswith(CONTROL):  # what controls make is not stored by a service
        wanted[201] = set()
    replayed = "Idempotency-Key" in {parameter.value["name"] for parameter in operation.parameters}
    for status, response in operation.responses.items():
        headers = {"X-Request-Id"} | wanted.get(status, set())
        headers |= {"Idempotent-Replayed"} if replayed and status < 300 else set()
        assert set(response.value["headers"]) == headers, response


def test_a_title_is_the_same_wherever_a_code_is_answered() -> None:
    titles: dict[str, set[str]] = defaultdict(set)
    for operation in OPERATIONS.values():
        for _, content in problems(operation):
            for code, example in examples(content).items():
                titles[code].add(example.value["title"])
    assert {code: found for code, found in titles.items() if len(found) > 1} == {}
    assert (
        len(titles) == 12 + len(GENERAL) - 1 + 1
    )  # no operation answers 405, but the three with a key refuse its reuse


def test_the_general_problems_stand_once_for_answers_of_no_operation() -> None:
    shared = [
        content
        for response in at("openapi/common.yaml", "/components/responses").values()
        for content in media(response)
    ]
    found = {code: examples(content)[code].value["status"] for content in shared for code in codes(content)}
    assert found == GENERAL
    assert [errors(content / "schema", shown.value) for content in shared for shown in examples(content).values()] == [
        []
    ] * len(GENERAL)


CREATES = [o for o in OPERATIONS.values() if 201 in o.responses and not o.name.startswith(CONTROL)]


@pytest.mark.parametrize("operation", CREATES, ids=lambda o: o.name)
def test_a_create_links_to_all_that_can_be_done_next(operation: Operation) -> None:
    service = operation.name.split(".")[0]
    linked = {link.value["operationId"] for link in (operation.success / "links").values()}
    assert linked == {o.name for o in OPERATIONS.values() if o.name.startswith(f"{service}.") and "{" in o.path}


def links() -> Iterator[Any]:
    """Each link, with the response that has it."""
    for operation in OPERATIONS.values():
        for status, response in operation.responses.items():
            for name, link in (response / "links").items() if "links" in response else ():
                yield pytest.param(response, link, id=f"{operation.name} {status} {name}")


@pytest.mark.parametrize(("response", "link"), list(links()))
def test_a_link_fills_the_path_of_its_target_from_the_answer(response: Place, link: Place) -> None:
    assert link.value["description"]
    target = OPERATIONS[link.value["operationId"]]
    assert set(link.value["parameters"]) == set(re.findall(r"\{(\w+)\}", target.path))
    for expression in link.value["parameters"].values():
        steps = expression.removeprefix("$response.body#/").split("/")
        value = next(iter(examples(next(media(response))).values())).value
        for step in steps:
            value = value[int(step)] if isinstance(value, list) else value[step]
        assert isinstance(value, str)
