"""An outbox's directory: who it is, how often it was opened, and that one mock has it."""

from contextlib import closing
from pathlib import Path

import orjson
import pytest

from commerce_mock.transports import home
from commerce_mock.transports.home import Home, OutboxUnusableError, default_directory, relay_lock


def opened(directory: Path) -> Home:
    """An outbox's directory, opened and closed again."""
    with closing(Home.open(directory)) as found:
        return found


def test_an_outbox_has_one_name_for_ever_and_counts_its_runs(tmp_path: Path) -> None:
    first, second, another = (opened(tmp_path / "deep" / name) for name in ("outbox", "outbox", "another"))
    assert (first.run, second.run, another.run) == (1, 2, 1)
    assert first.instance == second.instance
    assert first.instance != another.instance
    assert (tmp_path / "deep" / "outbox").stat().st_mode & 0o077 == 0


def test_two_mocks_cannot_have_one_outbox(tmp_path: Path) -> None:
    with closing(Home.open(tmp_path)), pytest.raises(OutboxUnusableError, match="another mock that runs has this out"):
        Home.open(tmp_path)
    assert opened(tmp_path).run == 2


def test_a_place_that_is_no_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutboxUnusableError, match="file"):
        Home.open(tmp_path / "file")


@pytest.mark.parametrize("said", ["", "{", "[]", "{}", '{"instance": "a", "run": "many"}'])
def test_an_outbox_that_does_not_say_who_it_is_is_refused_and_left_alone(tmp_path: Path, said: str) -> None:
    (tmp_path / "outbox.json").write_text(said)
    for _ in range(2):  # and the lock is free again
        with pytest.raises(OutboxUnusableError, match=r"outbox\.json cannot be read or written"):
            Home.open(tmp_path)
    assert (tmp_path / "outbox.json").read_text() == said


def test_one_relay_has_an_outbox(tmp_path: Path) -> None:
    lock = relay_lock(tmp_path)
    assert lock is not None
    assert relay_lock(tmp_path) is None
    lock.close()
    again = relay_lock(tmp_path)
    assert again is not None
    again.close()


@pytest.mark.parametrize("options", [{}, {"sync": False}])
def test_a_file_is_replaced_as_a_whole_or_not_at_all(tmp_path: Path, options: dict[str, bool]) -> None:
    path = tmp_path / "state.json"
    home.replace(path, b"old", **options)
    (tmp_path / "state.new").mkdir()
    with pytest.raises(OSError, match="state"):
        home.replace(path, b"new", **options)
    assert path.read_bytes() == b"old"
    (tmp_path / "state.new").rmdir()
    home.replace(path, b"new", **options)
    assert path.read_bytes() == b"new"


def test_outboxes_are_with_the_users_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert default_directory("one") == tmp_path / "commerce-mock" / "one"
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_directory("one") == tmp_path / ".local" / "state" / "commerce-mock" / "one"


def test_what_is_written_is_json(tmp_path: Path) -> None:
    entered = opened(tmp_path)
    assert orjson.loads((tmp_path / "outbox.json").read_bytes()) == {"instance": entered.instance, "run": 1}
