"""What a test's world begins with, changed while the test runs: loaded, saved, generated."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from commerce_mock.beginning import begin
from commerce_mock.clock import SECOND, parse_time
from commerce_mock.problems import Problem
from commerce_mock.saving import saved, scenario_yaml
from commerce_mock.scenario import load_scenario, read_scenario
from commerce_mock.services.filling import fill
from commerce_mock.services.generating import Wanted
from commerce_mock.settlement import delay_of, set_delay
from commerce_mock.world import World


class Scenarios:
    """The scenarios of one world: `commerce_mock.scenario`; lives as long as it.

    Whatever it begins with, `commerce_mock.reset()` returns to that.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def payment_delay(self) -> str:
        """What new payments wait for, as it was said; a scenario may say it as `settlement`. Can be set."""
        with self._world.lock:
            return delay_of(self._world.transaction("test"))

    @payment_delay.setter
    def payment_delay(self, delay: str) -> None:
        with self._world.lock, self._world.transaction("test") as tx:
            set_delay(tx, delay)

    def load(self, scenario: str | Path | Mapping[str, Any]) -> None:
        """Let the world begin anew with a file, `demo`, `empty`, or what a file would say.

        Raises `ScenarioError` with every fault, and changes nothing then.
        """
        if isinstance(scenario, Mapping):
            begin(self._world, read_scenario(dict(scenario), "scenario"))
        else:
            begin(self._world, load_scenario(str(scenario)))

    def save(self, path: str | Path | None = None) -> dict[str, Any]:
        """The world as a scenario, without passwords; written to a YAML file where a path is given.

        Raises `ValueError` for a world that is too large for that.
        """
        try:
            with self._world.lock:
                content = saved(self._world.transaction("test"))
        except Problem as problem:
            raise ValueError(problem.detail) from None
        if path is not None:
            Path(path).write_text(scenario_yaml(content), encoding="utf-8")
        return content

    def generate(self, users: int, orders: int, *, seed: int = 0, now: str | None = None) -> None:
        """Let the world begin anew with so many users, orders, and payments of these, in accord with each other.

        `now` is an ISO time, None the world's: by then all of it has happened. The same arguments make the same.
        Raises `ValueError` for what cannot be made.
        """
        if users < 1 or orders < 0:
            raise ValueError(f"{users} users and {orders} orders cannot be made: give 1 or more, and 0 or more")
        moment = self._world.clock.now() // SECOND * SECOND if now is None else parse_time(now)
        fill(self._world, Wanted(users, orders, seed, moment))
