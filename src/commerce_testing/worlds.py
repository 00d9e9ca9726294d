"""A world's past and its forks, for tests: snapshots, earlier states, and other worlds that go on from it."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

from commerce_mock.engine import Engine
from commerce_mock.exporting import exported
from commerce_mock.patching import patch
from commerce_mock.problems import Problem
from commerce_mock.snapshots import Moment, after
from commerce_mock.store.memory import MemoryStore, State
from commerce_mock.versions import EvictedError, Version
from commerce_mock.world import World
from commerce_mock.worlds import Worlds
from commerce_sdk._json import decode

Control = Callable[..., Any]  # asks one of the mock's own controls
Resources = dict[str, dict[str, dict[str, Any]]]


class History:
    """What one world was, and how to return to it; lives as long as the test.

    A request is named by its `X-Mock-Request-Id` or `X-Request-Id`; those of the newest 1,000 are known.
    """

    def __init__(self, world: World, control: Control) -> None:
        self._world = world
        self._control = control

    def snapshot(self, name: str) -> None:
        """Keep what the world is now. Raises `ValueError` where there is a snapshot of that name."""
        self._control("admin.create_snapshot", {"name": name})

    def restore(self, name: str) -> None:
        """Let the world be what it was at a snapshot. Raises `ValueError` where there is none of that name."""
        self._control("admin.restore_snapshot", None, snapshot=name)

    def rewind(self, request: str) -> None:
        """Let the world be what it was after a request. Raises `ValueError`."""
        self._control("admin.rewind", {"to": request})

    def at(self, request: str) -> Resources:
        """All resources after a request: `at(id)["orders"][order.id]["status"]`. Raises `ValueError`."""
        store = MemoryStore(self._version(request).after).begin()
        found: Resources = {}
        for collection, resource in self._world.behaviour.resources.items():
            values = [decode(row[0]) for row in store.newest(collection)]
            found[collection] = {str(value[resource.key]): value for value in reversed(values)}
        return found

    def diff(self, first: str | None = None, last: str | None = None) -> list[dict[str, Any]]:
        """What is otherwise after `last` (None: now) than after `first` (None: at the beginning), as a JSON Patch.

        Raises `ValueError`.
        """
        before = self._world.origin if first is None else self._version(first).after
        until: State = self._world.store.state if last is None else self._version(last).after
        return list(patch(before, until, self._world.behaviour.resources))

    def export(self) -> dict[str, Any]:
        """The whole world as JSON, which `load` takes, here or in another test run."""
        return exported(self._world)

    def load(self, document: Mapping[str, Any]) -> None:
        """Let the world begin anew with an exported one. Raises `ValueError` with each place that does not fit."""
        self._control("admin.import", document)

    def moment(self, request: str | None = None, snapshot: str | None = None) -> Moment | None:
        """After a request, or at a snapshot; None for now. Raises `ValueError`."""
        if snapshot is not None:
            if request is not None:
                raise ValueError("a fork begins after a request or at a snapshot: give one of them")
            if snapshot not in self._world.snapshots:
                raise ValueError(f"no snapshot is named {snapshot!r}: there are {', '.join(self._world.snapshots)}")
            return self._world.snapshots[snapshot]
        return None if request is None else after(self._version(request), self._world)

    def _version(self, request: str) -> Version:
        try:
            return self._world.versions.of(request)
        except EvictedError:
            raise ValueError(f"the state after {request} is not kept any more: so many requests came since") from None
        except KeyError:
            raise ValueError(f"there is no request {request!r} among the newest of this world") from None


def fork(engine: Engine, name: str, moment: Moment | None) -> Engine:
    """An engine whose world goes on from another engine's, which has it too, by its name. Raises `ValueError`."""
    try:
        world = engine.worlds.fork(engine.world, name, moment)
    except Problem as problem:
        raise ValueError("; ".join(message for _, message in problem.errors)) from None
    made = copy.copy(engine)
    made.world, made.worlds = world, Worlds(world)
    world.worlds = engine.worlds
    return made
