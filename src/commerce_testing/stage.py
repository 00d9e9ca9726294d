"""A contract read and compiled, and fresh worlds of it: the one is slow and done once, the other takes no time."""

import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from commerce_contract import Contract, load
from commerce_mock.clock import Clock, parse_time
from commerce_mock.engine import Engine
from commerce_mock.populate import populate
from commerce_mock.replaying import replay
from commerce_mock.scenario import Scenario, load_scenario
from commerce_mock.settings import Settings
from commerce_mock.world import World
from commerce_mock.worlds import Worlds

START: Final = "2026-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Setting:
    """What a world begins with; `scenario` is the name of a shipped one or the path of a file.

    `now` is an ISO time; None means the scenario's, or `START` where that names none.
    """

    scenario: str = "empty"
    seed: int = 0
    now: str | None = None


class Stage:
    """Lives as long as a test session. `directory` holds the contract's documents; None means the platform's own.

    Raises `ContractError`.
    """

    def __init__(self, directory: Path | None = None) -> None:
        self._engine = Engine(load(directory), Settings(clock=START))
        self._scenario = cache(load_scenario)

    @property
    def contract(self) -> Contract:
        """The contract, with the mock's own controls."""
        return self._engine.contract

    def lay(self, setting: Setting) -> Engine:
        """An engine with a world of its own. What it shares with others does not change. Raises `ScenarioError`."""
        scenario = self._scenario(setting.scenario)
        engine = copy.copy(self._engine)
        engine.pages = engine.key.pages(engine.contract.services)
        engine.settings = Settings(seed=setting.seed, clock="frozen")
        engine.world = World(engine.behaviour, engine.settings, Clock(_start(setting, scenario)))
        populate(engine.world, scenario)
        engine.worlds = Worlds(engine.world)
        engine.worlds.replay = replay
        return engine


def _start(setting: Setting, scenario: Scenario) -> int:
    if setting.now is None and scenario.clock is not None:
        return scenario.clock
    return parse_time(setting.now or START)
