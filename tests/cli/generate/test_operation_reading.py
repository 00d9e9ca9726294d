"""Operations as methods."""

from collections.abc import Callable

from commerce_cli.generate.package_reading import Reading
from commerce_cli.generate.values import Method, Move, Raised

ReadText = Callable[[str], Reading]


def method(reading: Reading, name: str) -> Method:
    found = (each for resource in reading.package.resources for each in resource.methods)
    return next(each for each in found if each.operation == name)


def test_a_method_has_what_its_operation_says(reading: Reading) -> None:
    create = method(reading, "orders.create")
    assert [(each.name, each.wire, each.place, each.required) for each in create.arguments] == [
        ("user_id", "userId", "body", True),
        ("items", "items", "body", True),
    ]
    assert create.idempotency_key is not None
    assert create.idempotency_key[0] == "Idempotency-Key"
    assert create.returned.reference == "orders:Order"
    assert Raised("InvalidUserId", "ORDER_001", (422,)) in create.raised
    assert create.source == "openapi/orders.yaml#/paths/~1api~1orders/post"


def test_a_move_says_how_to_see_whether_it_was_made(reading: Reading) -> None:
    assert method(reading, "orders.cancel").move == Move("/api/orders/{order_id}", "status", "cancelled", None)
    assert method(reading, "orders.set_status").move == Move("/api/orders/{order_id}", "status", None, "status")
    assert method(reading, "orders.get").move is None


def test_a_list_with_limit_offset_and_total_is_pages(reading: Reading) -> None:
    page = method(reading, "payments.list_for_user").page
    assert page is not None
    assert (page.items, page.key) == ("payments", "id")
    assert method(reading, "users.events").page is None


def test_a_list_whose_entries_nothing_tells_apart_is_no_pages(read_text: ReadText) -> None:
    reading = read_text("""
paths:
  /words:
    get:
      operationId: shop.words
      parameters:
        - {name: limit, in: query, schema: {type: integer}}
        - {name: offset, in: query, schema: {type: integer}}
      responses:
        '200':
          description: Words
          content:
            application/json:
              schema:
                type: object
                properties:
                  words: {type: array, items: {type: object, properties: {text: {type: string}}}}
                  total: {type: integer}
""")
    assert method(reading, "shop.words").page is None


def test_waiting_is_offered_for_what_leaves_its_first_state(reading: Reading) -> None:
    waits = {
        each.module: [(wait.name, wait.state, wait.leaves) for wait in each.waits] for each in reading.package.resources
    }
    assert waits == {
        "notifications": [],
        "orders": [("wait", "status", "pending")],
        "payments": [("wait", "status", "processing")],
        "users": [],
    }


def test_arguments_of_one_name_are_told_apart_by_where_they_go(read_text: ReadText) -> None:
    reading = read_text("""
paths:
  /things/{id}:
    put:
      operationId: shop.put
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: id, in: query, schema: {type: string}}
        - {name: ID, in: header, schema: {type: string}}
        - {name: query_id, in: query, schema: {type: string}}
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, required: [id], properties: {id: {type: string}}}}}
      responses: {'204': {description: Done}}
""")
    assert [(each.name, each.place) for each in method(reading, "shop.put").arguments] == [
        ("id", "path"),
        ("body_id", "body"),
        ("query_id", "query"),
        ("header_id", "header"),
        ("query_query_id", "query"),
    ]


def test_operations_of_one_name_are_numbered(read_text: ReadText) -> None:
    reading = read_text("""
paths:
  /a: {get: {operationId: shop.getIt, responses: {'200': {description: A}}}}
  /b: {get: {operationId: shop.get_it, responses: {'200': {description: B}}}}
  /c: {get: {operationId: shop.str, responses: {'302': {description: C}}}}
""")
    (resource,) = reading.package.resources
    assert [each.name for each in resource.methods] == ["get_it", "get_it_2", "str_"]


def test_two_things_to_wait_for_have_two_methods(read_text: ReadText) -> None:
    thing = """
    {name}:
      type: object
      x-resource: {{collection: {name}s, key: id, id: '{name}-{{n}}'}}
      required: [id, state]
      properties:
        id: {{type: string}}
        state: {{type: string, enum: [new, done], x-transitions: {{new: [done], done: []}}}}"""
    read = """
  /{name}s/{{id}}:
    parameters: [{{name: id, in: path, required: true, schema: {{type: string}}}}]
    get:
      operationId: shop.{name}
      summary: Get it
      description: Gives it.
      responses:
        '200':
          description: It.
          content:
            application/json:
              schema: {{$ref: '#/components/schemas/{name}'}}
              example: {{id: {name}-1, state: new}}"""
    names = ("Task", "Trip")
    paths, schemas = ("".join(text.format(name=name) for name in names) for text in (read, thing))
    reading = read_text(f"paths:{paths}\ncomponents:\n  schemas:{schemas}\n")
    (resource,) = reading.package.resources
    assert [(wait.name, wait.method.name) for wait in resource.waits] == [
        ("wait_for_task", "task"),
        ("wait_for_trip", "trip"),
    ]
