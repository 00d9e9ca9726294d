"""Schedules as files that replay them, and as stories that people read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from commerce_mock.schedules import MOST_POINTS, PATIENCE, REQUEST, Deviation

FORMAT: Final = "commerce-mock/schedule"
_VERSION: Final = 1


class ScheduleFileError(Exception):
    """A file is no schedule; the message says which and why, in one line."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What a file says: whose schedule it is, under which contract and seed, and where it deviates."""

    test: str
    contract: str
    seed: int
    patience: int
    deviations: tuple[Deviation, ...]
    asleep: frozenset[str] = frozenset()

    def differences(self, trace: Mapping[str, Any]) -> Iterator[str]:
        """What is otherwise in a run by the file's schedule, so that it may not do the same."""
        if trace["contract"] != self.contract:
            yield "the contract is another one than that of the file"
        if trace["seed"] != self.seed:
            yield f"the seed is {trace['seed']}, in the file {self.seed}"
        if trace["missed"]:
            points = ", ".join(map(str, trace["missed"]))
            yield f"the schedule could not be followed at choice point {points}: what was run does something else"
        if trace["points"] and len(trace["points"]) < max((each.point for each in self.deviations), default=0):
            yield f"it came to {len(trace['points'])} choice points only"


def write(path: Path, test: str, trace: Mapping[str, Any], deviations: tuple[Deviation, ...]) -> Path:
    """Write the file that replays a run; `trace` is what its schedule told. Raises OSError."""
    content = {
        "format": FORMAT,
        "version": _VERSION,
        "test": test,
        "contract": trace["contract"],
        "seed": trace["seed"],
        "patience": trace["patience"],
        "deviations": [each._asdict() for each in deviations],
        "story": story(trace),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n")
    return path


def read(path: Path) -> Saved:
    """What a file says. Raises ScheduleFileError."""
    try:
        content = orjson.loads(path.read_bytes())
    except OSError as error:
        raise ScheduleFileError(f"{path}: {error.strerror}") from None
    except orjson.JSONDecodeError as error:
        raise ScheduleFileError(f"{path}:{error.lineno}:{error.colno}: this is no JSON: {error.msg}") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT or content.get("version") != _VERSION:
        raise ScheduleFileError(f"{path}: this is no schedule of `commerce-mock events explore`, version {_VERSION}")
    try:
        deviations = tuple(_deviation(each) for each in content["deviations"])
        patience = _number(content.get("patience", PATIENCE), 100)
        return Saved(str(content["test"]), str(content["contract"]), int(content["seed"]), patience, deviations)
    except (KeyError, TypeError, ValueError) as error:
        raise ScheduleFileError(f"{path}: this schedule is not whole: {error}") from None


def story(trace: Mapping[str, Any]) -> list[str]:
    """What came, in order, a line each: requests, and the deliveries after them."""
    return list(_lines(trace["story"]))


def _lines(steps: list[dict[str, Any]]) -> Iterator[str]:
    number = 0
    for step in steps:
        if REQUEST in step:
            number += 1
            yield f"{number}. {step[REQUEST]}"
        elif "delivery" in step:
            event, _, receiver = step["delivery"].rpartition("/")
            yield f"   {step['type']} ({event}) comes to {receiver}{_late(step['postponed'])}"
        else:
            yield f"   {step['note']}"


def _late(requests: int) -> str:
    return f", {requests} request{'' if requests == 1 else 's'} late" if requests else ""


def _deviation(said: Mapping[str, Any]) -> Deviation:
    return Deviation(_number(said["point"], MOST_POINTS), str(said["choice"]))


def _number(given: object, most: int) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or not 1 <= given <= most:
        raise ValueError(f"{given!r} is no number from 1 to {most}")
    return given
