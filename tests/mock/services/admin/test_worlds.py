"""Worlds by the control API: listed, shown, forked, deleted; events and answers name them."""

from typing import Any

import orjson
import pytest

from commerce_mock.wire import Request
from harness.platform import Answered, Platform
from harness.stage import Stage


def ask(platform: Platform, world: str, method: str, path: str, body: Any = None) -> Answered:
    """A control's request in a world that it names."""
    headers = {b"x-mock-world": world.encode(), b"content-type": b"application/json"}
    target, _, query = path.partition("?")
    content = b"" if body is None else orjson.dumps(body)
    given = platform.engine.answer(Request(method, target, query.encode(), headers, content, "admin"))
    return Answered(given.status, {name.decode(): value.decode() for name, value in given.headers}, given.body)


def names(platform: Platform) -> list[str]:
    return [world["name"] for world in platform.get("admin", "/__admin/worlds?limit=100").json["worlds"]]


def test_worlds_are_listed_in_pages_and_shown() -> None:
    platform = Platform(scenario="demo")
    for name in ("w1", "w2"):
        assert ask(platform, name, "GET", "/__admin/clock").headers["x-mock-world"] == name
    page = platform.get("admin", "/__admin/worlds?limit=1&offset=1").json
    assert (page["total"], [world["name"] for world in page["worlds"]]) == (3, ["w1"])
    shown = platform.get("admin", "/__admin/worlds/w1").json
    idle = shown.pop("idle_seconds")
    assert idle >= 0
    assert shown == {
        "name": "w1",
        "now": "2026-01-01T00:00:00Z",
        "mode": "frozen",
        "requests": 1,
        "resources": {"orders": 3, "payments": 2, "users": 2},
    }


def test_a_deleted_world_is_gone_and_begins_anew_when_it_is_named_again() -> None:
    platform = Platform(scenario="demo")
    ask(platform, "w1", "POST", "/__admin/clock/advance", {"seconds": 60})
    assert platform.send("admin", "DELETE", "/__admin/worlds/w1").status == 204
    assert names(platform) == ["default"]
    assert platform.send("admin", "DELETE", "/__admin/worlds/w1").code == "NOT_FOUND"
    assert ask(platform, "w1", "GET", "/__admin/clock").json["now"] == "2026-01-01T00:00:00Z"


def test_the_default_world_stays() -> None:
    platform = Platform()
    refused = platform.send("admin", "DELETE", "/__admin/worlds/default")
    assert (refused.code, refused.pointers) == ("CONFLICT", ["/path/world"])
    assert names(platform) == ["default"]


def test_a_fork_begins_where_its_source_is() -> None:
    stage = Stage()
    platform = stage.platform
    order = stage.send(stage.ask("orders.create")).json
    assert platform.post("admin", "/__admin/worlds/default/fork", {"name": "w1"}).status == 201
    state = ask(platform, "w1", "GET", "/__admin/state?collection=orders&limit=1").json
    assert state["resources"]["orders"] == {order["id"]: order}


def test_a_fork_begins_after_an_earlier_request() -> None:
    stage = Stage()
    platform = stage.platform
    first, second = (stage.send(stage.ask("orders.create")) for _ in range(2))
    platform.advance(60)
    forked = platform.post(
        "admin", "/__admin/worlds/default/fork", {"name": "w1", "at": first.headers["x-mock-request-id"]}
    )
    assert (forked.json["resources"]["orders"], forked.json["now"]) == (4, "2026-01-01T00:00:00Z")
    state = ask(platform, "w1", "GET", "/__admin/state?collection=orders&limit=1").json
    assert list(state["resources"]["orders"]) == [first.json["id"]] != [second.json["id"]]
    by_id = platform.post("admin", "/__admin/worlds/default/fork", {"name": "w2", "at": first.headers["x-request-id"]})
    assert by_id.json["resources"] == forked.json["resources"]


def test_a_fork_begins_at_a_snapshot() -> None:
    stage = Stage()
    platform = stage.platform
    platform.post("admin", "/__admin/snapshots", {"name": "before"})
    stage.send(stage.ask("orders.create"))
    platform.switch("orders", up=False)
    forked = platform.post("admin", "/__admin/worlds/default/fork", {"name": "w1", "snapshot": "before"})
    assert forked.json["resources"]["orders"] == 3
    services = ask(platform, "w1", "GET", "/__admin/services").json["services"]
    assert all(service["up"] for service in services)


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"name": "w1", "at": "request-99"}, 404, "/at"),
        ({"name": "w1", "snapshot": "nothing"}, 404, "/snapshot"),
        ({"name": "w1", "at": "request-1", "snapshot": "s"}, 422, "/snapshot"),
        ({"name": "default"}, 409, "/name"),
        ({"name": "no name"}, 422, "/name"),
    ],
)
def test_what_cannot_be_forked_is_refused_with_its_place(body: Any, status: int, pointer: str) -> None:
    platform = Platform()
    refused = platform.post("admin", "/__admin/worlds/default/fork", body)
    assert (refused.status, refused.pointers) == (status, [pointer])
    assert names(platform) == ["default"]


def test_what_is_unknown_is_not_found() -> None:
    platform = Platform()
    assert platform.get("admin", "/__admin/worlds/w1").code == "NOT_FOUND"
    assert platform.post("admin", "/__admin/worlds/w1/fork", {"name": "w2"}).code == "NOT_FOUND"
    assert names(platform) == ["default"]


def test_a_name_that_no_world_can_have_is_refused_and_no_world_is_made() -> None:
    platform = Platform()
    refused = ask(platform, "no name", "GET", "/__admin/clock")
    assert (refused.status, refused.pointers) == (400, ["/header/X-Mock-World"])
    assert names(platform) == ["default"]


def test_events_and_answers_name_their_world() -> None:
    stage = Stage()
    platform = stage.platform
    ask(platform, "w1", "POST", "/__admin/worlds/w1/fork", {"name": "w2"})
    for world in ("default", "w1", "w2"):
        answered = ask(platform, world, "GET", "/__admin/events?limit=2")
        assert answered.headers["x-mock-world"] == world
        assert {event["world"] for event in answered.json["events"]} == {world}
