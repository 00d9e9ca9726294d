"""The outbox: what is in it, under which ids, and what becomes of it when the disk or the mock fails."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from commerce_mock.events import LOG, from_log
from commerce_mock.snapshots import Moment, snapshot
from commerce_mock.transports import outbox as module
from commerce_mock.transports import segment
from commerce_mock.transports.progress import begin
from commerce_mock.transports.segment import firsts
from commerce_mock.wire import Request
from harness.outboxes import Published, published


@pytest.fixture
def mock(tmp_path: Path) -> Iterator[Published]:
    with published(tmp_path / "outbox") as mock:
        yield mock


def post(mock: Published, path: str, body: Any = None, world: str = "default") -> Any:
    """A request in a world, at one port for all services."""
    headers = {b"x-mock-world": world.encode(), b"content-type": b"application/json"}
    content = b"" if body is None else orjson.dumps(body)
    answer = mock.platform.engine.answer(Request("POST", path, b"", headers, content, None))
    assert answer.status < 300, answer.body
    return orjson.loads(answer.body) if answer.body else None


def register(mock: Published, name: str, world: str = "default") -> None:
    post(mock, "/api/users", user(name), world)


def user(name: str) -> dict[str, str]:
    return {
        "email": f"{name}@example.com",
        "username": name,
        "password": "correct-horse-9",
        "first_name": "A",
        "last_name": "B",
    }


def test_a_message_is_what_the_log_says(mock: Published) -> None:
    member = mock.platform.register()
    mock.platform.paid(member)
    logged, sent = mock.platform.events(), mock.messages()
    assert len(sent) == len(logged) == 5
    assert [orjson.loads(each.payload) for each in sent] == [each["payload"] for each in logged]
    assert [each.channel for each in sent] == [each["channel"] for each in logged]
    assert [each.position for each in sent] == [0, 1, 2, 3, 4]
    for message, event in zip(sent, logged, strict=True):
        assert message.headers == {
            "ce-specversion": "1.0",
            "ce-id": event["id"],
            "ce-source": event["source"],
            "ce-type": event["type"],
            "ce-time": event["time"],
            "correlation-id": event["correlation_id"],
            "mock-world": "default",
            "mock-instance": mock.outbox.home.instance,
        }


def test_a_message_carries_the_trace_of_its_request(mock: Published) -> None:
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    mock.platform.send("users", "POST", "/api/users", user("ann"), headers={"traceparent": trace})
    assert mock.messages()[0].headers["traceparent"] == trace


def test_what_is_about_one_thing_has_one_key(mock: Published) -> None:
    member = mock.platform.register()
    order, payment = mock.platform.paid(member)
    keys = {each.type: each.key for each in mock.messages()}
    assert keys["order_created"] == keys["order_confirmed"] == f"default/orders/{order['id']}"
    assert keys["user_created"] == keys["user_verified"] == f"default/users/{member.id}"
    assert keys["payment_completed"] == f"default/payments/{payment['id']}"


def test_no_secret_is_in_the_files(mock: Published) -> None:
    member = mock.platform.register(password="a-canary-in-the-house")
    mock.platform.pay(member, mock.platform.order(member), "4000000000000259")
    written = b"".join(path.read_bytes() for path in mock.outbox.directory.iterdir())
    assert b"order_created" in written
    for secret in (b"a-canary-in-the-house", b"4000000000000259", b"verification"):
        assert secret not in written


def test_ids_are_those_of_the_log_until_the_world_returns(mock: Published) -> None:
    register(mock, "a")
    register(mock, "b")
    post(mock, "/__admin/reset")
    register(mock, "c")
    register(mock, "d")
    post(mock, "/__admin/reset")
    register(mock, "e")
    first, second, third, fourth, fifth = mock.ids()
    assert (first, second) == ("event-1", "event-2")
    assert third.startswith("event-1.default.1-")
    assert fourth == third.replace("event-1.", "event-2.")
    assert fifth.startswith("event-1.default.1-")
    assert len({first, second, third, fourth, fifth}) == 5


def test_after_a_rewind_only_what_is_new_has_new_ids(mock: Published) -> None:
    register(mock, "a")
    register(mock, "b")
    post(mock, "/__admin/rewind", {"to": "request-1"})
    register(mock, "c")
    post(mock, "/__admin/events/event-1/redeliver", {"receivers": ["brokers"]})
    post(mock, "/__admin/events/event-2/redeliver", {"receivers": ["brokers"]})
    a, b, c, again_a, again_c = mock.ids()
    assert (a, b) == ("event-1", "event-2")
    assert c.startswith("event-2.default.1-")
    assert (again_a, again_c) == (a, c)


def test_a_snapshot_brings_back_the_ids_that_its_events_had(mock: Published) -> None:
    world = mock.platform.world
    empty = Moment.of(world)
    register(mock, "a")
    moment = snapshot(world, "one")
    empty.restore(world)
    register(mock, "b")
    second = snapshot(world, "two")
    moment.restore(world)
    register(mock, "c")
    post(mock, "/__admin/events/event-1/redeliver", {"receivers": ["brokers"]})
    second.restore(world)
    post(mock, "/__admin/events/event-1/redeliver", {"receivers": ["brokers"]})
    a, b, c, again_a, again_b = mock.ids()
    assert (again_a, again_b) == (a, b)
    assert len({a, b, c}) == 3


def test_worlds_have_ids_of_their_own_also_if_one_is_made_anew(mock: Published) -> None:
    register(mock, "a")
    register(mock, "a", "w1")
    post(mock, "/__admin/worlds/w1/fork", {"name": "w2"})
    register(mock, "b", "w2")
    register(mock, "b", "w1")
    mock.platform.engine.worlds.remove("w1")
    register(mock, "a", "w1")
    ids = mock.ids()
    assert [identity.split(".")[:2] for identity in ids] == [
        ["event-1"], ["event-1", "w1"], ["event-2", "w2"], ["event-2", "w1"], ["event-1", "w1"],
    ]  # fmt: skip
    assert len(set(ids)) == 5
    assert [each.headers["mock-world"] for each in mock.messages()] == ["default", "w1", "w2", "w1", "w1"]


def test_a_world_that_is_gone_already_has_ids_of_its_own(mock: Published) -> None:
    register(mock, "a", "w1")
    world = mock.platform.engine.worlds.get("w1")
    assert world is not None
    mock.platform.engine.worlds.remove("w1")
    world.deliver([from_log(world.store.begin().entry(LOG, 0))])
    first, second = mock.ids()
    assert first != second
    assert second.startswith("event-1.w1.1-")


def test_another_scenario_is_another_story(tmp_path: Path) -> None:
    with published(tmp_path, scenario="demo") as mock:
        post(mock, "/__admin/events/event-1/redeliver", {"receivers": ["brokers"]})
        document = mock.platform.send("admin", "GET", "/__admin/scenario").json
        mock.platform.send("admin", "PUT", "/__admin/scenario", document)
        post(mock, "/__admin/events/event-1/redeliver", {"receivers": ["brokers"]})
        first, second = mock.ids()
        assert first == "event-1"
        assert second.startswith("event-1.default.1-")


def test_a_second_run_has_other_ids(tmp_path: Path) -> None:
    for _ in range(2):
        with published(tmp_path) as mock:
            register(mock, "a")
            register(mock, "b")
            post(mock, "/__admin/reset")
            register(mock, "a")
            assert mock.outbox.position == 3 * mock.outbox.home.run
            ids = mock.ids()
    assert len(set(ids)) == 6
    assert ids[3].startswith("event-1.default.2-")


def test_an_event_by_hand_keeps_the_id_that_it_was_given(mock: Published) -> None:
    payload = {"user_id": "550e8400-e29b-41d4-a716-446655440009", "data": {"verified_at": "2026-01-01T00:00:00Z"}}
    given = {"type": "user_verified", "payload": payload, "id": "mine-1", "source": "https://example.com/users"}
    post(mock, "/__admin/events/emit", given)
    post(mock, "/__admin/events/emit", {"type": "user_verified", "payload": payload})
    first, second = mock.messages()
    assert (first.id, first.headers["ce-source"]) == ("mine-1", "https://example.com/users")
    assert (second.id, second.headers["ce-source"]) == ("event-2", "/users")
    assert first.key == second.key == "default/users/550e8400-e29b-41d4-a716-446655440009"


def test_events_go_on_in_another_file_when_one_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment, "SIZE", 4096)
    monkeypatch.setattr(segment.create, "__defaults__", (4096,))
    with published(tmp_path) as mock:
        mock.fill(100)
        mock.outbox.prepare()
        assert len(firsts(tmp_path)) > 5
        assert [each.position for each in mock.messages()] == list(range(100))
        assert mock.ids() == [f"event-{number + 1}" for number in range(100)]
        for after in (0, 1, 7, 50, 99, 100):
            assert [each.position for each in mock.messages(after)] == list(range(after, 100))


def test_an_event_that_is_larger_than_a_file_gets_one_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segment, "SIZE", 4096)
    monkeypatch.setattr(segment.create, "__defaults__", (4096,))
    with published(tmp_path) as mock:
        member = mock.fill(2)
        mock.platform.order(member, *[1.0] * 500)
        mock.platform.order(member)
        assert [each.position for each in mock.messages()] == [0, 1, 2, 3]
        assert len(orjson.loads(mock.messages()[2].payload)["data"]["items"]) == 500


def test_a_file_is_ready_before_it_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needed = []
    with published(tmp_path) as mock:
        needed.append(mock.outbox.needs_spare)
        mock.fill(1)  # which takes the file that was ready
        needed.append(mock.outbox.needs_spare)
        monkeypatch.setattr(module, "_HALF", 0.0)
        needed.append(mock.outbox.needs_spare)
        mock.outbox.prepare()
        needed.append(mock.outbox.needs_spare)
        assert (tmp_path / "spare").exists()
    assert needed == [False, False, True, False]
    assert not (tmp_path / "spare").exists()


def test_a_full_disk_is_told_and_the_mock_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    now = [100.0]
    monkeypatch.setattr(module, "monotonic", lambda: now[0])
    allocate = os.posix_fallocate
    monkeypatch.setattr(os, "posix_fallocate", full)
    with published(tmp_path) as mock:
        member = mock.fill(0)
        mock.platform.order(member)
        assert (mock.outbox.lost, mock.outbox.position) == (2, 0)
        assert [record.getMessage() for record in caplog.records] == [
            f"The outbox {tmp_path} takes no events, so brokers miss them: No space left on device"
        ]
        monkeypatch.setattr(os, "posix_fallocate", allocate)
        mock.platform.order(member)
        assert mock.outbox.lost == 3  # it is not tried again at once
        now[0] += 1
        mock.platform.order(member)
        assert (mock.outbox.lost, mock.outbox.position) == (3, 1)
        assert caplog.records[-1].getMessage() == "The outbox takes events again; brokers miss 3"
        mock.platform.order(member)
        assert len(caplog.records) == 2
        assert mock.ids() == ["event-4", "event-5"]


def test_a_position_is_never_used_twice(tmp_path: Path) -> None:
    with published(tmp_path) as mock:
        mock.fill(5)
        begin(tmp_path, "redis://localhost:6379/0", mock.outbox.position)
    for first in firsts(tmp_path):
        segment.path_of(tmp_path, first).unlink()
    with published(tmp_path) as mock:
        mock.fill(7)
        assert [each.position for each in mock.messages()] == [5, 6]
        assert repr(mock.outbox) == "<FileOutbox of 7 events>"


def test_what_a_killed_mock_had_begun_to_write_is_no_event(tmp_path: Path) -> None:
    with published(tmp_path) as mock:
        mock.fill(3)
        whole = mock.messages()
    path = segment.path_of(tmp_path, 0)
    content = bytearray(path.read_bytes())
    end = len(content.rstrip(b"\0")) + 7 & ~7
    content[end + 8 : end + 16] = b"[1,2,3,4"  # but not yet how long it is
    path.write_bytes(content)
    with published(tmp_path) as mock:
        assert mock.outbox.position == 3
        mock.fill(5)
        assert [each.position for each in mock.messages()] == [0, 1, 2, 3, 4]
        assert mock.messages()[:3] == whole
