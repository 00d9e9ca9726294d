"""Worlds: made when they are named, forked without a copy, forgotten when nobody names them."""

from time import perf_counter

import pytest

from commerce_mock.problems import Problem
from commerce_mock.snapshots import Moment
from commerce_mock.wire import Request
from commerce_mock.worlds import DEFAULT, Worlds, named
from harness.platform import Platform
from harness.stage import Stage


def asking(**headers: str) -> Request:
    given = {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
    return Request("GET", "/", headers=given)


@pytest.mark.parametrize(
    ("request_", "name"),
    [
        (asking(), None),
        (asking(x_mock_world="w42"), "w42"),
        (asking(x_mock_world=" w42 "), "w42"),
        (asking(baggage="mock-world=w42"), "w42"),
        (asking(baggage="tenant=7, mock-world = w42;kept=1, x=y"), "w42"),
        (asking(baggage="not-mock-world=w42"), None),
        (asking(baggage="tenant=7"), None),
        (asking(x_mock_world="a", baggage="mock-world=b"), "a"),
    ],
)
def test_a_request_names_its_world_by_a_header_or_by_its_baggage(request_: Request, name: str | None) -> None:
    assert named(request_) == name


@pytest.mark.parametrize("name", ["", "a b", "-a", "a/b", "ä", "x" * 65])
def test_a_name_that_no_world_can_have_is_refused_with_its_place(name: str) -> None:
    for request, pointer in (
        (asking(x_mock_world=name), "/header/X-Mock-World"),
        (asking(baggage=f"mock-world={name}"), "/header/baggage"),
    ):
        with pytest.raises(Problem) as refused:
            named(request)
        assert (refused.value.code, refused.value.errors[0][0]) == ("BAD_REQUEST", pointer)


def test_a_world_begins_as_the_default_one_began_whatever_came_since() -> None:
    stage = Stage()
    worlds, default = stage.platform.engine.worlds, stage.platform.world
    stage.send(stage.ask("orders.create"))
    stage.platform.advance(60)
    made = worlds.of(asking(x_mock_world="w1"))
    assert made.store.state is default.origin
    assert made.clock.frozen_at == default.clock.now() - 60_000
    assert worlds.of(asking(x_mock_world="w1")) is made
    assert worlds.of(asking(x_mock_world=DEFAULT)) is default is worlds.of(asking())
    assert list(worlds) == [default, made]
    assert len(worlds) == 2


def test_there_are_only_so_many_worlds() -> None:
    worlds = Worlds(Platform().world, limit=1)
    worlds.of(asking(x_mock_world="w1"))
    with pytest.raises(Problem) as refused:
        worlds.of(asking(x_mock_world="w2"))
    assert refused.value.code == "CONFLICT"
    worlds.remove("w1")
    assert worlds.of(asking(x_mock_world="w2")).name == "w2"


def test_a_fork_has_all_that_its_source_has_and_goes_its_own_way() -> None:
    stage = Stage()
    platform, source = stage.platform, stage.platform.world
    platform.switch("notifications", up=False)
    platform.post("admin", "/__admin/faults", {"fault": "reset", "operation": "orders.get"})
    payment = stage.processing()
    fork = platform.engine.worlds.fork(source, "w1")
    assert fork.store.state is source.store.state
    assert (fork.down, len(fork.faults), fork.due) == (source.down, len(source.faults), source.due)
    platform.switch("notifications", up=True)
    platform.world.faults.clear()
    platform.post("admin", f"/__admin/payments/{payment}/settle", {"status": "completed"})
    assert fork.down == {"notifications"}
    assert len(fork.faults) == 1
    assert b'"processing"' in fork.store.state["payments"][payment][0]
    assert b'"completed"' in source.store.state["payments"][payment][0]
    platform.advance(3600)
    assert fork.clock.now() == source.clock.now() - 3_600_000


def test_a_name_is_forked_to_once() -> None:
    worlds, world = (platform := Platform()).engine.worlds, platform.world
    worlds.fork(world, "w1")
    for name in ("w1", DEFAULT):
        with pytest.raises(Problem) as refused:
            worlds.fork(world, name)
        assert refused.value.code == "CONFLICT"
    with pytest.raises(Problem) as refused:
        worlds.fork(world, "no name")
    assert refused.value.code == "BAD_REQUEST"


def test_idle_worlds_are_forgotten_but_never_the_default_one(monkeypatch: pytest.MonkeyPatch) -> None:
    worlds = Platform().engine.worlds
    now = worlds.default.used
    monkeypatch.setattr("commerce_mock.worlds.monotonic", lambda: now)
    for name in ("w1", "w2"):
        worlds.of(asking(x_mock_world=name))
    now += 3000
    worlds.of(asking(x_mock_world="w2"))
    now += 601
    assert worlds.expire(3600) == ["w1"]
    assert [world.name for world in worlds] == [DEFAULT, "w2"]
    assert worlds.expire(3600) == []


@pytest.mark.untraced  # to trace so many takes longer than to do them
def test_a_large_world_is_forked_snapshot_and_reset_in_no_time_and_without_a_copy() -> None:
    """A million orders take the tests too long to make; that the state is the same object says it for any number."""
    platform = Platform(judged=False)
    tx = platform.world.store.begin()
    for number in range(200_000):
        tx.insert("orders", f"order-{number}", (b"{}", "somebody", "pending", None))
    tx.commit()
    worlds, state = platform.engine.worlds, platform.world.store.state
    times = []
    for number in range(50):
        began = perf_counter()
        fork = worlds.fork(platform.world, f"w{number}")
        times.append(perf_counter() - began)
        assert fork.store.state is state
    assert min(times) < 0.001
    moment = Moment.of(platform.world)
    began = perf_counter()
    platform.world.reset()
    assert perf_counter() - began < 0.01
    moment.restore(platform.world)
    assert platform.world.store.state is state
