"""How far a broker is, in a file."""

from pathlib import Path

import pytest

from commerce_mock.transports.progress import Progress, begin, furthest, load

ONE, OTHER = "redis://localhost:6379/0", "amqp://localhost:5672/"


def test_a_new_broker_begins_where_the_outbox_is_and_goes_on_where_it_was(tmp_path: Path) -> None:
    assert load(tmp_path, ONE) is None
    assert begin(tmp_path, ONE, 7).position == 7
    begin(tmp_path, ONE, 7).at(9).save(tmp_path)
    again = begin(tmp_path, ONE, 20)
    assert (again.position, again.began) == (9, 7)
    assert begin(tmp_path, OTHER, 20).position == 20
    assert furthest(tmp_path) == 20


def test_nothing_is_known_of_an_empty_directory(tmp_path: Path) -> None:
    assert furthest(tmp_path) == 0


def test_it_says_since_when_it_is_connected_or_lost_and_why(tmp_path: Path) -> None:
    progress = Progress(ONE, 3, 0, since=0)
    joined = progress.joined()
    assert (joined.connected, joined.error, joined.since > 0) == (True, None, True)
    joined.lost("it is away").save(tmp_path)
    lost = load(tmp_path, ONE)
    assert lost is not None
    assert (lost.connected, lost.error, lost.position) == (False, "it is away", 3)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"unknown": 1}'])
def test_a_file_that_cannot_be_read_counts_as_none(tmp_path: Path, content: bytes) -> None:
    begin(tmp_path, ONE, 7)
    (path,) = tmp_path.iterdir()
    path.write_bytes(content)
    assert load(tmp_path, ONE) is None
    assert furthest(tmp_path) == 0
