"""A service of a world, to be switched off and on."""

from types import TracebackType
from typing import Self

from commerce_mock.controls import PREFIX
from commerce_mock.outages import bring_up, take_down
from commerce_mock.world import World


class ServiceSwitch:
    """Switches one service; lives as long as the test wants. `with mock.service("orders").down():` is up again after.

    A service that is down answers 503 with `Retry-After`; those that need it fail, and their circuit breakers count.
    """

    def __init__(self, world: World, name: str) -> None:
        operations = world.behaviour.contract.operations.values()
        names = {each.service: None for each in operations if not each.path.startswith(PREFIX)}
        if name not in names:
            raise ValueError(f"no service is named {name!r}: there are {', '.join(names)}")
        self.name = name
        self._world = world

    @property
    def is_up(self) -> bool:
        """Whether it answers."""
        return self.name not in self._world.down

    def down(self, *, refuse: bool = False) -> Self:
        """Switch it off; with `refuse` no connection to it can be made (on the real ports of a test, each is reset)."""
        with self._world.lock:
            take_down(self._world, self.name, refuse=refuse)
        return self

    def up(self) -> Self:
        """Switch it on."""
        with self._world.lock:
            bring_up(self._world, self.name)
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.up()
