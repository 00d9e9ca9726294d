from pathlib import Path

import pytest

from commerce_contract import ContractError
from commerce_mock.scenario import ScenarioError
from commerce_testing import CommerceMock, Setting, Stage
from commerce_testing.stage import START


def test_a_world_begins_empty_and_always_at_the_same_time(stage: Stage) -> None:
    mock = CommerceMock(stage.lay(Setting()))
    assert mock.clock.now.isoformat() == START.replace("Z", "+00:00")
    assert {name: len(mock.state[name]) for name in mock.state} == {"users": 0, "orders": 0, "payments": 0}


def test_a_scenario_brings_its_time_unless_another_is_asked_for(stage: Stage) -> None:
    def beginning(setting: Setting) -> str:
        return CommerceMock(stage.lay(setting)).clock.now.isoformat()

    assert beginning(Setting("demo")) == "2023-01-01T01:00:00+00:00"
    assert beginning(Setting("demo", now="2030-05-01T00:00:00Z")) == "2030-05-01T00:00:00+00:00"


def test_the_same_seed_gives_the_same_ids_and_another_seed_others(stage: Stage) -> None:
    def registered(seed: int) -> str:
        client = CommerceMock(stage.lay(Setting(seed=seed))).client()
        user = client.users.create(
            email="ann@example.com", username="ann", password="correct-horse-9", first_name="Ann", last_name="Lee"
        )
        return user.id

    assert registered(7) == registered(7) != registered(8)


def test_what_happens_in_one_world_leaves_the_next_as_it_was(stage: Stage) -> None:
    first = CommerceMock(stage.lay(Setting("demo")))
    before = {name: first.state[name] for name in first.state}
    first.client().orders.cancel("order-124")
    assert first.state["orders"] != before["orders"]
    second = CommerceMock(stage.lay(Setting("demo")))
    assert {name: second.state[name] for name in second.state} == before


def test_a_scenario_that_there_is_not_is_refused_with_those_that_there_are(stage: Stage) -> None:
    with pytest.raises(ScenarioError, match="there is no scenario 'dmo': name one of demo, empty"):
        stage.lay(Setting("dmo"))


def test_a_contract_may_be_another_one() -> None:
    stage = Stage(Path(__file__).parents[1] / "fifth_service" / "contract")
    assert {"shipments"} <= stage.contract.resources.keys()


def test_a_contract_with_faults_is_refused_with_all_of_them(tmp_path: Path) -> None:
    (tmp_path / "openapi").mkdir()
    (tmp_path / "openapi" / "broken.yaml").write_text(
        "openapi: 3.1.0\ninfo: {title: Broken, version: '1'}\npaths: []\n"
    )
    with pytest.raises(ContractError):
        Stage(tmp_path)
