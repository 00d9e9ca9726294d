"""Connections are not shared with the children of `os.fork`: each process makes its own."""

import os
from typing import Final, Protocol
from weakref import WeakSet


class Inherited(Protocol):
    """What has to start anew in a child."""

    def after_fork(self) -> None:
        """Called in the child, before anything else of ours runs there. Must take no lock: its owner may be gone."""
        ...


_inheritances: Final[WeakSet[Inherited]] = WeakSet()


def renew_after_fork(inherited: Inherited) -> None:
    """Have it start anew in each child, for as long as it lives."""
    _inheritances.add(inherited)


def _renew() -> None:
    for inherited in list(_inheritances):
        inherited.after_fork()


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_renew)
