"""Answers that no rule makes are those that the documents declare, with the headers that clients need."""

import orjson
import pytest

from commerce_contract import load
from commerce_mock.fault_answers import declared, undeclared, with_status
from commerce_mock.fault_effects import Occasion
from harness.platform import contract
from harness.stage import Stage

FOREIGN = """
openapi: 3.0.3
info: {title: Trains, version: '1'}
paths:
  /trains:
    get:
      operationId: listTrains
      responses:
        '200': {description: All, content: {text/plain: {example: none}}}
        '404': {description: Gone}
        '429':
          description: Too many
          content: {application/json: {schema: {type: object}, example: {error: slow down}}}
"""


def occasion(name: str) -> Occasion:
    return Occasion(contract(), contract().operations[name], "/api/things/1", 0)


@pytest.mark.parametrize("name", sorted(contract().operations))
def test_every_declared_answer_of_every_operation_is_valid_as_it_is_shown(name: str) -> None:
    operation = contract().operations[name]
    for response in operation.responses.values():
        for example in response.examples:
            (status, headers, body), code = declared(occasion(name), response, example, {})
            assert status == response.status
            assert code == (example if example in operation.problems else None)
            sent = {header.decode() for header, _ in headers}
            required = {header.lower() for header in response.headers} - {"x-request-id", "idempotent-replayed"}
            assert required <= sent | {"x-mock-request-id", "server-timing"}
            if response.schema is not None:
                assert response.schema.errors(orjson.loads(body)) == ()


def test_a_creation_says_where_what_it_shows_would_be() -> None:
    for name, place in (("orders.create", b"/api/orders/"), ("users.create", b"/api/users/")):
        operation = contract().operations[name]
        (_, headers, body), code = with_status(occasion(name), 201, {})
        assert dict(headers)[b"location"] == place + orjson.loads(body)["id"].encode()
        assert code is None
        assert operation.success.status == 201


def test_an_answer_without_a_body_has_none() -> None:
    (status, headers, body), _ = with_status(occasion("admin.reset"), 204, {})
    assert (status, headers, body) == (204, [], b"")


def test_a_path_that_is_no_reference_is_told_as_one() -> None:
    assert orjson.loads(undeclared(502, "/a b", {})[2])["instance"] == "/a%20b"


def test_a_foreign_document_is_answered_as_it_shows_things(tmp_path_factory: pytest.TempPathFactory) -> None:
    document = tmp_path_factory.mktemp("foreign") / "trains.yaml"
    document.write_text(FOREIGN)
    foreign = load(document)
    (operation,) = foreign.operations.values()
    at = Occasion(foreign, operation, "/trains", 0)
    assert with_status(at, 200, {}) == ((200, [(b"content-type", b"text/plain")], b"none"), None)
    assert with_status(at, 404, {}) == ((404, [], b""), None)
    (status, headers, body), code = with_status(at, 429, {"retry-after": "3"})
    assert (status, dict(headers)[b"retry-after"], body, code) == (429, b"3", b'{"error":"slow down"}', None)


def test_what_is_answered_is_what_the_judge_takes_for_the_operations_answer() -> None:
    stage = Stage()
    for name in ("users.create", "orders.create", "payments.create", "orders.get", "users.get"):
        for status in stage.operations[name].responses:
            given = stage.send(stage.ask(name).but(headers={"Prefer": f"code={status}"}))
            assert given.status == status
