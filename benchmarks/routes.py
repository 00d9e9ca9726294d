"""Where the loaded operations are reached, as the contract says it."""

import re
from dataclasses import dataclass

from benchmarks.failure import BenchmarkError
from commerce_contract import Contract, ContractError, load

_PARAMETER = re.compile(r"\{[^}]+\}")
LOADED = "orders"
USERS = "users"
_LISTEN = "admin.stream_events"


@dataclass(frozen=True, slots=True)
class Routes:
    """Paths of the measured operations, names of all services; lives as long as the run.

    `listen` is the path of the stream of events, and its service.
    """

    services: tuple[str, ...]
    create: str
    envelope: str
    health: str
    listen: tuple[str, str]
    register: str
    _read: str
    _list: str

    @classmethod
    def of(cls, contract: Contract) -> "Routes":
        """Take them from the operations that the contract names."""
        operations = contract.operations
        create = operations[f"{LOADED}.create"]
        return cls(
            services=tuple(contract.services),
            create=create.path,
            envelope=create.resource.collection if create.resource else LOADED,
            health=operations[f"{LOADED}.health"].path,
            listen=(operations[_LISTEN].path, operations[_LISTEN].service),
            register=operations[f"{USERS}.create"].path,
            _read=operations[f"{LOADED}.get"].path,
            _list=operations[f"{LOADED}.list_for_user"].path,
        )

    def read(self, order: str) -> str:
        """Fill in the path of one order."""
        return _PARAMETER.sub(order, self._read)

    def list(self, owner: str) -> str:
        """Fill in the path of one owner's orders."""
        return _PARAMETER.sub(owner, self._list)


def contract_routes() -> Routes:
    """Read the contract that the mock serves by default; BenchmarkError where it cannot be loaded or measured."""
    try:
        return Routes.of(load())
    except ContractError as error:
        message = f"the contract does not load; `commerce-contract check` says more:\n{error}"
        raise BenchmarkError(message) from None
    except KeyError as error:
        message = f"the contract has no operation {error}, which the benchmark loads: unset COMMERCE_CONTRACT"
        raise BenchmarkError(message) from None
