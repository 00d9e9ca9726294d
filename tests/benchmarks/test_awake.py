"""Cores stay awake during a run where the machine allows it, and sleep as before afterwards."""

from pathlib import Path

import pytest

from benchmarks.awake import awake


def test_idle_cores_poll_during_a_run_and_sleep_as_before_after_it(tmp_path: Path) -> None:
    setting = tmp_path / "guest_halt_poll_ns"
    setting.write_text("7\n")
    with awake(setting) as polls:
        assert polls
        assert int(setting.read_text()) > 7
    assert setting.read_text() == "7\n"


def test_the_setting_is_put_back_when_a_run_fails(tmp_path: Path) -> None:
    setting = tmp_path / "guest_halt_poll_ns"
    setting.write_text("7\n")
    with pytest.raises(RuntimeError), awake(setting):
        raise RuntimeError
    assert setting.read_text() == "7\n"


def test_a_machine_without_the_setting_is_measured_as_it_is(tmp_path: Path) -> None:
    with awake(tmp_path / "guest_halt_poll_ns") as polls:
        assert not polls
