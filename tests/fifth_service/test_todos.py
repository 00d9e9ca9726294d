"""A service in one small document: what a body may or may not say, and lists of what is the caller's own."""

from pathlib import Path

import pytest

from harness.platform import Platform

DOCUMENT = """
openapi: 3.1.0
info: {title: Todos, version: '1'}
security: [{bearerAuth: []}]
paths:
  /todos:
    get:
      operationId: todos.list
      responses:
        '200':
          description: x
          content:
            application/json:
              schema: {type: array, items: {$ref: '#/components/schemas/Todo'}}
              example: []
    post:
      operationId: todos.create
      requestBody:
        content: {application/json: {schema: {type: object, properties: {text: {type: string}}}}}
      responses: {'201': {$ref: '#/components/responses/Todo'}}
  /todos/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      operationId: todos.get
      responses: {'200': {$ref: '#/components/responses/Todo'}}
    patch:
      operationId: todos.change
      requestBody:
        content:
          application/json:
            schema: {type: object, properties: {text: {type: string}, state: {$ref: '#/components/schemas/State'}}}
      responses: {'200': {$ref: '#/components/responses/Todo'}}
components:
  securitySchemes: {bearerAuth: {type: http, scheme: bearer}}
  responses:
    Todo:
      description: x
      content:
        application/json:
          schema: {$ref: '#/components/schemas/Todo'}
          example: {id: '1', who: ann, text: Buy milk, state: open}
  schemas:
    Todo:
      type: object
      x-resource: {collection: todos, key: id, id: '{n}', owner: who}
      required: [id, who, text, state]
      properties:
        id: {type: string}
        who: {type: string}
        text: {type: string}
        state: {$ref: '#/components/schemas/State'}
        doneAt: {type: string, format: date-time}
    State: {type: string, enum: [open, done], x-transitions: {open: [done], done: []}}
"""


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    (tmp_path / "todos.yaml").write_text(DOCUMENT)
    return Platform(tmp_path, judged=False)


def test_a_change_moves_where_its_body_names_a_state_and_else_does_not(platform: Platform) -> None:
    ann = platform.token("ann")
    platform.post("todos", "/todos", {"text": "Buy tea"}, ann)
    changed = platform.send("todos", "PATCH", "/todos/1", {"text": "Buy coffee"}, ann).json
    assert changed == {"id": "1", "who": "ann", "text": "Buy coffee", "state": "open"}
    moved = platform.send("todos", "PATCH", "/todos/1", {"text": "Bought", "state": "done"}, ann).json
    assert moved == {**changed, "text": "Bought", "state": "done", "doneAt": "2026-01-01T00:00:00Z"}
    again = platform.send("todos", "PATCH", "/todos/1", {"state": "done"}, ann)
    assert (again.status, again.code) == (409, "CONFLICT")
    assert platform.send("todos", "PATCH", "/todos/1", None, ann).json == moved


def test_a_list_that_names_no_owner_shows_customers_what_is_theirs(platform: Platform) -> None:
    for name in ("ann", "bob", "ann"):
        platform.post("todos", "/todos", {"text": name}, platform.token(name))

    def listed(token: str) -> list[str]:
        return [todo["id"] for todo in platform.get("todos", "/todos", token).json]

    assert listed(platform.token("ann")) == ["3", "1"]
    assert listed(platform.token("bob")) == ["2"]
    assert listed(platform.token("eve")) == []
    assert listed(platform.admin) == ["3", "2", "1"]


def test_what_a_body_need_not_say_is_as_the_example_shows_it(platform: Platform) -> None:
    made = platform.post("todos", "/todos", token=platform.token("bob"))
    assert made.json == {"id": "1", "who": "bob", "text": "Buy milk", "state": "open"}
