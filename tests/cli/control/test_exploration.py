"""`commerce-mock events explore`: a command is run under every legal schedule of deliveries, and what fails is told."""

import sys
from pathlib import Path
from typing import Any

import pytest

from commerce_cli.mock import main
from harness.server import served

SHOP = """
import json, os, sys
from urllib.request import Request, urlopen

def ask(service, path, body=None):
    headers = {"authorization": "Bearer " + os.environ["COMMERCE_TOKEN"], "content-type": "application/json"}
    headers["x-mock-world"] = os.environ.get("COMMERCE_MOCK_WORLD", "default")
    url = os.environ[f"COMMERCE_{service}_URL"] + path
    return json.load(urlopen(Request(url, body and json.dumps(body).encode(), headers)))

paid = {"orderId": "order-124", "userId": "550e8400-e29b-41d4-a716-446655440001", "amount": 40.25,
        "currency": "USD", "paymentMethod": {"type": "paypal"}}
"""
PAY = SHOP + 'ask("PAYMENTS", "/api/payments", paid)\n'
LOOK = PAY + 'order = ask("ORDERS", "/api/orders/order-124")\n'
HASTY = LOOK + 'sys.exit(order["status"] + "!" if order["status"] != "confirmed" else 0)\n'


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Any:
    """Types the command, with what is to be run as a program; gives exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def type_(program: str, *options: str) -> tuple[Any, str, str]:
        (tmp_path / "client.py").write_text(program)
        with pytest.raises(SystemExit) as end:
            main(["events", "explore", *options, "--", sys.executable, "-S", "client.py"])
        out, err = capfd.readouterr()
        return end.value.code, out, err

    return type_


def test_what_passes_under_all_schedules_is_exit_code_0(typed: Any) -> None:
    code, out, err = typed(LOOK)
    assert (code, out) == (0, "passed under 14 schedules\n")
    assert err.startswith("10 schedules passed, ")


def test_a_failure_is_told_with_its_shortest_schedule_and_replayed(typed: Any, tmp_path: Path) -> None:
    code, out, _ = typed(HASTY, "--write", "late.json")
    assert code == 1
    assert out.startswith("pending!\nfails under this schedule, the shortest of ")
    assert "payment_completed (event-11) comes to orders, 1 request late" in out
    assert "replay it: commerce-mock events explore --replay late.json -- " in out
    code, out, err = typed(HASTY, "--replay", "late.json")
    assert (code, "fails under this schedule:" in out, "note" in err) == (1, True, False)
    code, out, err = typed(LOOK, "--replay", "late.json", "--seed", "7")
    assert (code, "passed under this schedule:" in out) == (0, True)
    assert "note: the seed is 7, in the file 0" in err
    assert (tmp_path / "late.json").exists()


def test_a_bar_is_drawn_on_a_terminal(typed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert typed(LOOK, "--bound", "3")[:2] == (0, "passed under 3 schedules, and there are more\n")


def test_what_fails_anyway_says_so(typed: Any, tmp_path: Path) -> None:
    code, out, _ = typed(PAY + "sys.exit(3)")
    assert (code, out) == (1, "fails already where all deliveries come at once\n")
    assert list(tmp_path.glob("schedule-*")) == []


def test_a_command_that_asks_nothing_is_told_so(typed: Any) -> None:
    code, _, err = typed("")
    assert (code, "asked no service of this mock" in err) == (0, True)
    code, out, _ = typed("print('mine'); raise SystemExit(1)")
    assert (code, out) == (1, "mine\n")


def test_a_world_of_a_mock_that_runs_can_be_explored(typed: Any) -> None:
    with served() as mock:
        code, out, _ = typed(SHOP + 'ask("ORDERS", "/health")', "--url", mock.urls["admin"], "--world", "w1")
    assert (code, out) == (0, "passed under 1 schedule\n")


def test_what_cannot_be_run_is_exit_code_2(typed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert typed("", "--replay", "none.json")[2] == "commerce-mock: --replay none.json: No such file or directory\n"
    assert "no mock answers" in typed("", "--url", "http://127.0.0.1:9")[2]
    assert typed("", "--scenario", "none.yaml")[0] == 2
    code, _, err = typed(HASTY, "--write", "/dev/null/late.json")
    assert (code, "--write /dev/null/late.json: " in err) == (2, True)
    monkeypatch.setattr(sys, "executable", "nothing-of-that-name")
    assert typed("")[::2] == (2, "commerce-mock: nothing-of-that-name: No such file or directory\n")


def test_a_schedule_that_the_command_ends_itself_is_refused(typed: Any) -> None:
    ended = 'urlopen(Request(os.environ["COMMERCE_MOCK_URL"] + "/__admin/schedule", method="DELETE"))'
    code, _, err = typed(SHOP + ended)
    assert (code, "404 NOT_FOUND: This world has no schedule" in err) == (2, True)


def test_a_scenario_that_does_not_fit_is_refused(typed: Any, tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text("orders: [{id: order-1}]\n")
    code, _, err = typed("", "--scenario", "wrong.yaml")
    assert (code, "wrong.yaml" in err) == (2, True)
