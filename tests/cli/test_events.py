"""`serve --events`: what is wrong with it is told before anything starts, and nothing secret is shown."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from commerce_cli import mock
from commerce_cli.events import Events, brokers, publishing
from commerce_cli.running import RefusedError, run
from commerce_mock.transports import brokers as module
from harness.brokers import free_port
from harness.platform import Platform

SECRET = "hunter2"
URL = f"redis://user:{SECRET}@127.0.0.1:{free_port()}/0"


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(mock.app, "commerce-mock", ["serve", *arguments]) == 2
    said = capsys.readouterr()
    assert SECRET not in said.err + said.out
    assert "Traceback" not in said.err
    return said.err


@pytest.mark.parametrize(
    ("url", "why"),
    [
        (
            f"kafka://user:{SECRET}@localhost",
            "a broker's URL begins with redis://, rediss://, unix://, amqp://, amqps://",
        ),
        (f"redis://user:{SECRET}@localhost:port/0", "this is no URL of a broker"),
    ],
)
def test_what_is_no_broker_is_refused(capsys: pytest.CaptureFixture[str], url: str, why: str) -> None:
    assert told(capsys, "--events", url).startswith(f"commerce-mock: --events: {why}")


def test_a_missing_package_is_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    assert told(capsys, "--events", URL) == (
        "commerce-mock: --events: it needs the package redis: pip install 'commerce-sdk[events]'\n"
    )


def test_an_outbox_without_a_broker_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "there are none: give --events URL as well" in told(capsys, "--outbox", str(tmp_path))


def test_an_outbox_that_cannot_be_one_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ports = [word for name in Platform().contract.services for word in ("--port", f"{name}=0")]
    said = told(capsys, "--events", URL, "--outbox", str(tmp_path / "file"), *ports)
    assert said == f"commerce-mock: --outbox {tmp_path / 'file'}: File exists, such as --outbox ./outbox\n"


def test_there_are_no_brokers_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(RefusedError, match="--events: it needs Linux or macOS"):
        brokers([URL], None)


def test_without_brokers_nothing_is_kept(tmp_path: Path) -> None:
    platform = Platform()
    with publishing([], None, platform.engine, as_json=False) as events:
        assert events == Events()
        assert platform.world.outbox is None
    assert list(tmp_path.iterdir()) == []


def report(platform: Platform) -> Mapping[str, Any]:
    found: Mapping[str, Any] = platform.send("admin", "GET", "/__admin/brokers").json
    return found


def test_events_are_kept_and_reported_and_said_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    platform = Platform()
    assert report(platform) == {"brokers": [], "events": 0, "lost": 0}
    name = URL.replace(f"user:{SECRET}@", "")
    with publishing(brokers([URL], None), None, platform.engine, as_json=False) as events:
        (line,) = events.lines
        assert line.startswith(f"Events go to {name}, by way of {tmp_path / 'commerce-mock'}/outbox-")
        assert len(events.jobs) == 2
        platform.register()
        said = report(platform)
        (broker,) = said["brokers"]
        assert (said["events"], said["lost"], broker["url"]) == (1, 0, name)
        assert (broker["connected"], broker["published"], broker["pending"]) == (False, 0, 1)
        assert broker["error"] == "the relay's process does not run yet, or no more; it is being started"
    with publishing(brokers([URL], None), None, Platform().engine, as_json=False) as events:
        assert events.lines == [f"{line}, where 1 wait for it"]


def test_a_state_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    platform = Platform()
    with publishing(brokers([URL], None), tmp_path, platform.engine, as_json=False):
        platform.register()
        (file,) = tmp_path.glob("*.broker")
        file.write_bytes(b"{")
        (broker,) = report(platform)["brokers"]
        assert (broker["connected"], broker["published"], broker["pending"]) == (False, 0, 0)


def test_an_outbox_whose_disk_is_full_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("commerce_mock.transports.progress.begin", full)
    with (
        pytest.raises(RefusedError, match="No space left on device"),
        publishing(brokers([URL], None), tmp_path, Platform().engine, as_json=False),
    ):
        pass
