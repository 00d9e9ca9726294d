"""The journal: what was asked and answered, bounded, without bodies or headers."""

from commerce_mock.journal import KEPT, Entry, Journal
from harness.platform import Platform
from harness.stage import BODIES, Stage


def entry(number: int) -> Entry:
    return Entry(number, 0, "orders", "orders.get", "GET", "/api/orders/order-1", 200, None, 0.0012345, "req-1", ())


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
    assert entry(1)._replace(path="/\ud800").document()["path"] == "/\\ud800"


def test_the_oldest_entries_are_forgotten_but_counted() -> None:
    journal = Journal()
    for number in range(1, KEPT + 3):
        journal.add(entry(number))
    assert (len(journal.entries), journal.total) == (KEPT, KEPT + 2)
    assert (journal.entries[0].number, journal.entries[-1].number) == (3, KEPT + 2)
    journal.clear()
    assert (len(journal.entries), journal.total) == (0, 0)


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


def test_neither_query_nor_body_nor_header_is_noted() -> None:
    platform = Platform()
    platform.send("users", "POST", "/api/users?hint=abcdef", BODIES["users.create"], headers={"X-Note": "ghijkl"})
    noted = str(platform.world.journal.entries)
    for secret in ("abcdef", "ghijkl", BODIES["users.create"]["password"], BODIES["users.create"]["email"]):
        assert secret not in noted


def test_whoever_listens_is_told_every_answer() -> None:
    platform = Platform()
    heard: list[Entry] = []
    platform.engine.on_answer = heard.append
    platform.register()
    platform.get("orders", "/nowhere")
    assert heard == list(platform.world.journal.entries)
