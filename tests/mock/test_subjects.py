"""What an event from outside is about: told by its name, its operation or its payload, known to the world or not."""

from pathlib import Path
from typing import Any

import pytest

from commerce_mock.events import find
from commerce_mock.exporting import exported
from commerce_mock.subjects import subject
from harness.platform import Platform, contract
from harness.stage import JOHN, NOBODY, Stage

OPENAPI = """
openapi: 3.1.0
info: {title: Library, version: 1.0.0}
paths:
  /books:
    post:
      operationId: library.create
      x-emits: [shelf.filled]
      requestBody:
        content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}
      responses:
        '201':
          description: A book
          content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}
  /books/{id}:
    get:
      operationId: library.get
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses:
        '200':
          description: A book
          content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}
components:
  schemas:
    Book:
      x-resource: {collection: books, key: id, id: '{n}'}
      type: object
      required: [title]
      properties:
        id: {type: integer}
        title: {type: string}
        pageCount: {type: integer}
        key: {type: string, writeOnly: true}
"""
MESSAGES = {
    "BookLent": "{type: object, properties: {event_type: {const: BookLent}, bookId: {type: integer}, page_count: {}}}",
    "shelf.filled": "{type: object, properties: {event_type: {const: shelf.filled}, id: {type: integer}}}",
    "reader_gone": "{type: object, properties: {event_type: {const: reader_gone}, book_id: {type: integer}}}",
    "fire": "{type: object, properties: {event_type: {const: fire}}}",
    "closed": "{type: object, additionalProperties: false, properties: {event_type: {const: closed}, why: {}}}",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A contract that no rule is written for: some of its events are about books, some about nothing that is stored."""
    root = tmp_path_factory.mktemp("library")
    lines = ["asyncapi: 3.0.0", "info: {title: Library, version: 1.0.0}", "channels:", "  library:", "    messages:"]
    lines += [f"      {name}: {{payload: {payload}}}" for name, payload in MESSAGES.items()]
    lines += ["operations:", "  tell:", "    action: send", "    channel: {$ref: '#/channels/library'}"]
    for name, text in (("openapi", OPENAPI), ("asyncapi", "\n".join(lines))):
        (root / name).mkdir()
        (root / name / "library.yaml").write_text(text)
    return root


@pytest.mark.parametrize(
    ("kind", "collection"),
    [("BookLent", "books"), ("shelf.filled", "books"), ("reader_gone", "books"), ("fire", ""), ("closed", "")],
)
def test_the_kind_is_told_by_name_operation_or_payload(library: Path, kind: str, collection: str) -> None:
    found = contract(library)
    assert subject(found, found.events[kind]).collection == collection


def emit(platform: Platform, kind: str, **payload: Any) -> Any:
    made = platform.post("admin", "/__admin/events/emit", {"type": kind, "payload": payload})
    assert made.status == 201, made.body
    found = find(platform.world.store.begin(), made.json["id"])
    assert found is not None
    return found


def test_a_known_resource_is_what_the_event_is_about(library: Path) -> None:
    platform = Platform(library, judged=False)
    assert platform.post("library", "/books", {"title": "Emma"}).json["id"] == 1
    for kind, payload in (("BookLent", {"bookId": 1}), ("shelf.filled", {"id": 1})):
        event = emit(platform, kind, **payload)
        assert (event.about.value["title"], event.told.known) == ("Emma", True)


def test_an_unknown_one_is_made_up_from_the_payload(library: Path) -> None:
    event = emit(Platform(library, judged=False), "BookLent", bookId=7, page_count=300, key="canary")
    assert event.about.value == {"id": 7, "pageCount": 300, "key": "***"}
    assert (event.about.key, event.told.known) == ("7", False)


def test_where_the_payload_names_none_the_events_own_id_stands_for_it(library: Path) -> None:
    platform = Platform(library, judged=False)
    for number, kind in enumerate(("BookLent", "fire", "closed"), 1):
        event = emit(platform, kind)
        assert (event.about.key, event.owner, event.told.known) == (f"event-{number}", None, False)
    assert platform.get("admin", "/__admin/events").json["total"] == 3


def test_a_closed_payload_takes_nothing_unknown(library: Path) -> None:
    body = {"type": "closed", "payload": {"why": "rain", "more": 1}}
    refused = Platform(library, judged=False).post("admin", "/__admin/events/emit", body)
    assert (refused.status, refused.pointers) == (422, ["/payload/more"])


def test_all_of_it_goes_with_an_export(library: Path) -> None:
    platform, other = Platform(library, judged=False), Platform(library, judged=False)
    for kind in MESSAGES:
        emit(platform, kind)
    document = exported(platform.world)
    assert other.post("admin", "/__admin/import", document).status == 200
    assert {**exported(other.world), "requests": 0} == {**document, "requests": 0}


@pytest.mark.parametrize(
    ("payload", "owner"),
    [
        ({"user_id": NOBODY}, NOBODY),
        ({"order_id": "order-124"}, JOHN),
        ({"order_id": "order-0"}, None),
        ({}, None),
    ],
)
def test_whose_it_is_is_said_by_the_payload_or_by_what_it_names(payload: dict[str, str], owner: str | None) -> None:
    data = {"reason": "No", "error_code": "NO", "failed_at": "2026-01-01T00:00:00Z"}
    stage = Stage()
    event = emit(stage.platform, "payment_failed", **{"payment_id": "p", "order_id": "o", "data": data, **payload})
    assert event.owner == owner
