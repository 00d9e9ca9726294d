"""The mock's own controls, put beside a contract that does not describe them: inbox, events and reset work for any."""

import os.path
from dataclasses import replace
from functools import cache
from pathlib import Path

from commerce_contract import Contract, Resource, load
from commerce_contract.discover import own_documents

PREFIX = "/__admin"
DOCUMENT = "openapi/mock-admin.yaml"


def with_controls(contract: Contract) -> Contract:
    """The contract with the packaged control document; the same one where it has controls, or leaves no room for them.

    Left out are the controls of what only the packaged contract stores (payments). The service gets no port of its own
    where the contract has given that port away. A note says so where another service has taken the name.
    """
    if any(operation.path.startswith(PREFIX) for operation in contract.operations.values()):
        return contract
    path = own_documents() / DOCUMENT
    controls = _packaged(path)
    (service,) = controls.services.values()
    if service.name in contract.services:
        taken = f"the mock's controls under {PREFIX} are left out: the contract has a service `{service.name}` itself"
        if taken in contract.notes:
            return contract
        return replace(contract, notes=(*contract.notes, taken))
    operations = tuple(each for each in service.operations if each.resource is None or _stores(contract, each.resource))
    ports = {other.port for other in contract.services.values()}
    beside = replace(
        service,
        operations=operations,
        documents=(os.path.relpath(path, contract.root),),
        port=0 if service.port in ports else service.port,
    )
    return replace(
        contract,
        services={**contract.services, service.name: beside},
        operations={**contract.operations, **{operation.name: operation for operation in operations}},
        files=tuple(sorted({*contract.files, *controls.files})),
    )


@cache
def _packaged(path: Path) -> Contract:
    """The packaged control document, read once: it does not change, while a foreign contract may be read often."""
    return load(path)


def _stores(contract: Contract, resource: Resource) -> bool:
    """Whether the contract's resource of the same collection has the same states."""
    stored = contract.resources.get(resource.collection)
    if stored is None or stored.lifecycle is None or resource.lifecycle is None:
        return False
    return stored.lifecycle.transitions == resource.lifecycle.transitions
