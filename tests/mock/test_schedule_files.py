"""A schedule as a file says where it deviates, and whether a run by it can be the same."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from commerce_mock.schedule_files import FORMAT, ScheduleFileError, read, story, write
from commerce_mock.schedules import Deviation

DEVIATIONS = (Deviation(1, "request"),)
TRACE: dict[str, Any] = {
    "contract": "c0ffee",
    "seed": 7,
    "patience": 3,
    "missed": [],
    "points": [{}],
    "story": [
        {"request": "POST /api/payments"},
        {"delivery": "event-4/orders", "type": "payment_completed", "postponed": 2},
        {"delivery": "event-4/users", "type": "payment_completed", "postponed": 1},
        {"delivery": "event-4/notifications", "type": "payment_completed", "postponed": 0},
        {"note": "the world was taken back"},
    ],
}
WHOLE: dict[str, Any] = {
    "format": FORMAT, "version": 1, "test": "t", "contract": "c", "seed": 0,
    "deviations": [{"point": 1, "choice": "request"}],
}  # fmt: skip


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = write(tmp_path / "new" / "schedule.json", "test_it", TRACE, DEVIATIONS)
    saved = read(path)
    assert (saved.test, saved.contract, saved.seed, saved.patience) == ("test_it", "c0ffee", 7, 3)
    assert saved.deviations == DEVIATIONS
    assert list(saved.differences(TRACE)) == []


def test_the_story_is_told_in_order() -> None:
    assert story(TRACE) == [
        "1. POST /api/payments",
        "   payment_completed (event-4) comes to orders, 2 requests late",
        "   payment_completed (event-4) comes to users, 1 request late",
        "   payment_completed (event-4) comes to notifications",
        "   the world was taken back",
    ]


def test_what_is_otherwise_in_a_run_is_told(tmp_path: Path) -> None:
    saved = read(write(tmp_path / "schedule.json", "test_it", TRACE, (Deviation(3, "request"),)))
    told = "\n".join(saved.differences({**TRACE, "contract": "other", "seed": 8, "missed": [2]}))
    for part in ("contract is another", "seed is 8, in the file 7", "choice point 2", "1 choice points only"):
        assert part in told


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"{", "schedule.json:1:2: this is no JSON"),
        (b"[]", "this is no schedule"),
        (orjson.dumps({**WHOLE, "version": 2}), "this is no schedule"),
        (orjson.dumps({**WHOLE, "deviations": 7}), "not whole"),
        (orjson.dumps({**WHOLE, "deviations": [{"point": 0, "choice": "request"}]}), "0 is no number from 1 to 2000"),
        (orjson.dumps({**WHOLE, "patience": True}), "True is no number"),
        (orjson.dumps({**WHOLE, "seed": None}), "not whole"),
        (None, "No such file"),
    ],
)
def test_what_is_no_schedule_is_refused_in_one_line(content: bytes | None, told: str, tmp_path: Path) -> None:
    path = tmp_path / "schedule.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ScheduleFileError) as refused:
        read(path)
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)
