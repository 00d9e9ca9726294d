"""What `serve` and `token` read before anything else: a contract, and the scenario that fits it."""

from pathlib import Path

from commerce_cli.contract_report import REPORTS
from commerce_cli.running import RefusedError
from commerce_contract import Contract, ContractError, NoContractError, Resource, load
from commerce_mock.controls import with_controls
from commerce_mock.scenario import Scenario, ScenarioError, load_scenario

DEMO = "demo"


def load_contract(source: Path | None) -> Contract:
    """The contract of a directory or document, the platform's own without one, with the mock's controls beside it.

    Raises RefusedError.
    """
    try:
        return with_controls(load(source))
    except NoContractError as error:
        fault = error.faults[0]
        message = f"{fault.location.file}: {fault.message}. {fault.hint}."
        raise RefusedError(message) from None
    except ContractError as error:
        raise RefusedError(told(error)) from None


def told(error: ContractError) -> str:
    """Every fault of a contract as a person reads it."""
    return f"the contract has faults\n{REPORTS['text'].faults(error)}"


def choose_scenario(name: str | None, contract: Contract) -> Scenario:
    """The scenario of that name; without a name `demo`, or an empty one where the contract stores other things.

    Raises RefusedError.
    """
    try:
        scenario = load_scenario(name or DEMO)
    except ScenarioError as error:
        raise RefusedError(str(error)) from None
    if name is None and not scenario.resources.keys() <= contract.resources.keys():
        return Scenario()
    return scenario


def people(contract: Contract) -> Resource | None:
    """The resource whose entries are the callers: the one that owns itself. None where the contract has none."""
    return next((resource for resource in contract.resources.values() if resource.owner == resource.key), None)
