"""The journal: what was asked and answered, bounded, and honest about what it has forgotten."""

import pytest

from commerce_mock.journal import KEPT, LARGEST, LONGEST_ANSWER, LONGEST_BODY, Entry, Journal, Row
from harness.platform import Platform
from harness.stage import BODIES, CARD, Stage


def entry(number: int, request_id: str = "req-1", body: bytes = b"") -> Entry:
    path = "/api/orders/order-1"
    return Entry(
        number, 0, "orders", "orders.get", "GET", path, 200, None, 0.0012345, request_id, (), body=body, size=len(body)
    )


def row(number: int, request_id: str = "req-1", body: bytes = b"") -> Row:
    return tuple(entry(number, request_id, body))  # type: ignore[return-value] # an entry's values are a row


def test_an_entry_is_shown_under_its_number_with_its_milliseconds() -> None:
    assert entry(7).document() == {
        "id": "request-7",
        "request_id": "req-1",
        "time": "1970-01-01T00:00:00Z",
        "service": "orders",
        "operation": "orders.get",
        "method": "GET",
        "path": "/api/orders/order-1",
        "status": 200,
        "code": None,
        "duration_ms": 1.234,
        "warnings": [],
    }


def test_a_lone_surrogate_of_a_path_is_shown_as_text() -> None:
    strange = entry(1)._replace(path="/\ud800")
    assert strange.document()["path"] == "/\\ud800"
    assert repr(strange) == "<Entry request-1 orders.get: GET '/\\ud800' -> 200>"


def test_the_oldest_entries_are_forgotten_but_counted() -> None:
    journal = Journal()
    for number in range(1, KEPT + 3):
        journal.add(row(number))
    assert (len(journal), journal.total, journal.evicted) == (KEPT, KEPT + 2, 2)
    assert (journal.entries[0].number, journal.entries[-1].number) == (3, KEPT + 2)
    assert [kept.number for kept in journal.newest(KEPT - 1)] == [3]
    journal.clear()
    assert (len(journal), journal.total, journal.evicted) == (0, 0, 0)


def test_long_bodies_are_bounded_together() -> None:
    journal = Journal()
    for number in range(1, 10):
        journal.add(row(number, body=bytes(LARGEST // 4)))
    assert ([kept.number for kept in journal.entries], journal.evicted) == ([6, 7, 8, 9], 5)
    journal.add(row(10))
    assert journal.evicted == 5
    journal.add(row(11, body=b"x"))
    assert (journal.entries[0].number, journal.evicted) == (7, 6)


def test_a_request_is_found_by_its_number_or_by_the_id_that_its_client_gave() -> None:
    journal = Journal()
    for number, given in ((1, "mine"), (2, "mine"), (3, "request-1")):
        journal.add(row(number, given))
    found = [journal.find(identifier) for identifier in ("request-1", "mine", "request-4", "nobodys")]
    assert [one and one.number for one in found] == [1, 2, None, None]


@pytest.mark.parametrize(
    ("identifier", "forgot"),
    [("request-1", True), ("request-2", False), (f"request-{KEPT + 9}", False), ("req-1", False), ("request-x", False)],
)
def test_the_journal_knows_what_it_has_forgotten(identifier: str, *, forgot: bool) -> None:
    journal = Journal()
    assert not journal.forgot(identifier)
    for number in range(1, KEPT + 2):
        journal.add(row(number))
    assert journal.forgot(identifier) is forgot


def test_every_request_is_noted_with_its_operation_its_code_and_its_warnings() -> None:
    stage = Stage()
    stage.send(stage.ask("orders.create").with_body(note="hi"))
    stage.send(stage.ask("payments.get").at("pay-0"))
    stage.send(stage.ask("orders.get").but(token=None))
    stage.platform.send("orders", "PATCH", "/api/orders")
    stage.platform.get("orders", "/nowhere")
    stage.platform.send(None, "GET", "/api/users/42")
    told = [
        (noted.number, noted.service, noted.operation, noted.status, noted.code, noted.warnings)
        for noted in stage.platform.world.journal.entries
    ]
    assert told == [
        (1, "orders", "orders.create", 201, None, ("/note",)),
        (2, "payments", "payments.get", 404, "NOT_FOUND", ()),
        (3, "orders", "orders.get", 401, "UNAUTHORIZED", ()),
        (4, "orders", None, 405, "METHOD_NOT_ALLOWED", ()),
        (5, "orders", None, 404, "NOT_FOUND", ()),
        (6, "users", "users.get", 401, "UNAUTHORIZED", ()),
    ]


def test_an_entry_knows_its_caller_its_events_and_where_it_was_refused() -> None:
    stage = Stage()
    stage.send(stage.ask("users.create"))
    placed = stage.send(stage.ask("orders.create"))
    stage.send(stage.ask("orders.set_status").with_body(status="delivered").but(token=stage.platform.admin))
    created, ordered, refused = stage.platform.world.journal.entries
    assert (created.user, created.role, created.first_event) == (None, None, 10)
    assert (ordered.user, ordered.role, ordered.first_event) == (stage.john.id, "customer", 11)
    assert (ordered.answer, ordered.raised) == (placed.body, None)
    assert (refused.role, refused.first_event) == ("admin", None)
    assert refused.raised is not None
    module, function, line = refused.raised
    assert (module, function) == ("commerce_mock.derived", "check_move")
    assert line > 1


def test_a_request_that_is_very_long_is_not_kept_also_where_it_is_refused() -> None:
    stage = Stage(judged=False)
    assert stage.platform.post("admin", "/__admin/import", {"padding": "a" * LONGEST_BODY}).status == 422
    newest = next(stage.platform.world.journal.newest())
    assert (newest.operation, newest.status, newest.body) == ("admin.import", 422, b"")


def test_an_answer_that_is_very_long_is_not_kept() -> None:
    stage = Stage(judged=False)
    many = [{"productId": "p" * 64, "quantity": 1, "price": 1}] * 100
    for _ in range(9):
        assert stage.send(stage.ask("orders.create").with_body(items=many)).status == 201
    assert len(stage.send(stage.ask("orders.list_for_user")).body) > LONGEST_ANSWER
    *created, listed = stage.platform.world.journal.entries
    assert (all(entry.answer for entry in created), listed.answer) == (True, b"")


def test_no_entry_shows_query_body_or_header_where_it_is_printed_or_logged() -> None:
    platform = Platform()
    platform.send("users", "POST", "/api/users?hint=abcdef", BODIES["users.create"], headers={"X-Note": "ghijkl"})
    (noted,) = platform.world.journal.entries
    for secret in ("abcdef", "ghijkl", BODIES["users.create"]["password"], BODIES["users.create"]["email"]):
        assert secret not in repr(noted) + str(noted) + str(noted.document())


def test_whoever_listens_is_told_every_answer() -> None:
    platform = Platform()
    heard: list[Entry] = []
    platform.engine.on_answer = heard.append
    platform.register()
    platform.get("orders", "/nowhere")
    assert heard == platform.world.journal.entries


def test_every_answer_names_its_request_and_how_long_it_took() -> None:
    stage = Stage()
    answers = [
        stage.send(stage.ask("payments.create").with_body(paymentMethod=CARD)),
        stage.platform.get("orders", "/nowhere"),
        stage.platform.get("admin", "/__admin/clock"),
    ]
    assert [answer.headers["x-mock-request-id"] for answer in answers] == ["request-1", "request-2", "request-3"]
    for answer in answers:
        name, _, milliseconds = answer.headers["server-timing"].partition("=")
        assert name == "app;dur"
        assert 0 <= float(milliseconds) < 10_000
