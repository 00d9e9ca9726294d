import socket
from pathlib import Path

import httpx
import pytest

from harness.brokers import free_port
from harness.reference import SECRET, healthy, processes, until
from reference_services.__main__ import main


def test_all_services_run_in_one_process_with_a_fault(redis_url: str) -> None:
    with processes(redis_url, "--fault", "wrong_code", "--payment-delay", "0.01") as reference:
        headers = {"Authorization": f"Bearer {reference.token('somebody', 'admin')}"}
        missing = httpx.get(f"{reference.urls['orders']}/api/orders/order-0", headers=headers, trust_env=False)
        assert missing.json()["code"] == "NOT_FOUND"


def test_services_apart_are_ended_and_started_one_by_one(redis_url: str) -> None:
    with processes(redis_url, apart=True) as reference:
        reference.stop("users")
        assert not healthy(reference.urls["orders"])
        reference.start("users")
        reference.wait("users")
        until(lambda: healthy(reference.urls["orders"]))


def _arguments(port: int, *more: str) -> list[str]:
    return ["--service", "users", "--port", str(port), "--secret", SECRET, *more]


def test_a_service_that_cannot_start_says_so_and_ends(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(_arguments(free_port(), "--redis", f"redis://127.0.0.1:{free_port()}")) == 2
    assert capsys.readouterr().err.endswith("reference_services: cannot start: users\n")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main([*_arguments(port, "--redis", "redis://nowhere"), "--users-url", "http://127.0.0.1"]) == 2
    assert "cannot start" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["--fault", "nonsense"], ["--all"], ["--style", "rails"]])
def test_wrong_options_are_refused(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(_arguments(free_port(), "--redis", "redis://nowhere", *wrong))
    assert ended.value.code == 2
    assert "usage: reference_services" in capsys.readouterr().err


def test_nothing_of_the_mock_is_read() -> None:
    for file in (Path(__file__).parent).rglob("*.py"):
        if not file.name.startswith(("test_", "probes", "conftest")):
            assert "commerce_" not in file.read_text(), file
