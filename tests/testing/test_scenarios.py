"""What a test's world begins with: loaded, saved, generated; and what its payments wait for."""

from pathlib import Path

import pytest

from commerce_mock.scenario import ScenarioError
from commerce_testing import CommerceMock
from testing.conftest import Shop

KIM = {
    "id": "7a1f0c52-0d55-4a3f-8a5e-0c7a7f1b2d11",
    "email": "kim@example.com",
    "username": "kim",
    "first_name": "Kim",
    "last_name": "Park",
}


def test_a_scenario_is_loaded_by_name_file_or_content(mock: CommerceMock, tmp_path: Path) -> None:
    mock.scenario.load("demo")
    assert len(mock.state["users"]) == 2
    mock.scenario.load({"users": [KIM]})
    assert list(mock.state["users"]) == [KIM["id"]]
    file = tmp_path / "own.yaml"
    file.write_text("users: []\n", encoding="utf-8")
    mock.scenario.load(file)
    assert mock.state["users"] == {}


def test_a_scenario_with_faults_changes_nothing(mock: CommerceMock) -> None:
    mock.scenario.load({"users": [KIM]})
    with pytest.raises(ScenarioError, match="scenario:1 #/users/0/email: `email` must be a valid email"):
        mock.scenario.load({"users": [{**KIM, "email": "kim"}]})
    assert list(mock.state["users"]) == [KIM["id"]]


def test_a_world_is_saved_and_loaded_again(shop: Shop, tmp_path: Path) -> None:
    shop.pay(shop.order())
    file = tmp_path / "saved.yaml"
    content = shop.mock.scenario.save(file)
    shop.mock.scenario.load("empty")
    assert shop.mock.scenario.save()["clock"] == content["clock"]
    shop.mock.scenario.load(file)
    assert shop.mock.scenario.save() == content
    shop.mock.clock.advance("1m")
    assert [payment["status"] for payment in shop.mock.state["payments"].values()] == ["completed"]


def test_a_world_that_is_too_large_for_a_file_is_not_saved(mock: CommerceMock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commerce_mock.saving.MOST", 0)
    mock.scenario.load({"users": [KIM]})
    with pytest.raises(ValueError, match="The world has 1 resources and events, and a scenario 0 at most"):
        mock.scenario.save()


def test_a_world_is_generated_up_to_its_time_and_a_reset_returns_to_it(mock: CommerceMock) -> None:
    mock.scenario.generate(users=3, orders=50, seed=1)
    assert (len(mock.state["users"]), len(mock.state["orders"])) == (3, 50)
    before = mock.scenario.save()
    assert before["clock"] == "2026-01-01T00:00:00Z"
    mock.scenario.generate(users=3, orders=50, seed=1, now="2030-01-01")
    assert mock.scenario.save()["clock"] == "2030-01-01T00:00:00Z"
    mock.scenario.load({"users": [KIM]})
    mock.reset()
    assert list(mock.state["users"]) == [KIM["id"]]


@pytest.mark.parametrize(("users", "orders"), [(0, 1), (1, -1)])
def test_what_cannot_be_made_is_refused(users: int, orders: int, mock: CommerceMock) -> None:
    with pytest.raises(ValueError, match="cannot be made: give 1 or more, and 0 or more"):
        mock.scenario.generate(users, orders)


def test_payments_wait_for_what_the_test_says(shop: Shop) -> None:
    assert shop.mock.payment_delay == "1.0"
    shop.mock.payment_delay = "manual"
    payment = shop.pay(shop.order())
    shop.mock.clock.advance("300d")
    assert shop.mock.state["payments"][payment]["status"] == "processing"
    shop.mock.payment_delay = 0
    ended = shop.pay(shop.order())
    assert shop.mock.state["payments"][ended]["status"] == "completed"
    with pytest.raises(ValueError, match="'soon' is no delay"):
        shop.mock.payment_delay = "soon"


def test_the_clock_runs_to_what_is_due_next(shop: Shop) -> None:
    shop.mock.payment_delay = "2h"
    payment = shop.pay(shop.order())
    assert shop.mock.clock.run_to_next_timer() == [payment]
    assert shop.mock.clock.now.isoformat() == "2026-01-01T02:00:00+00:00"
    assert shop.mock.clock.run_to_next_timer() == []
