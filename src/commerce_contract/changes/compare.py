"""Two contracts in, every change out."""

from collections.abc import Iterator
from dataclasses import dataclass

from commerce_contract.changes.channels import compare_channels
from commerce_contract.changes.events import compare_events
from commerce_contract.changes.finding import Change, Concern, Finding, gather
from commerce_contract.changes.operations import compare_operations
from commerce_contract.changes.resources import compare_resources
from commerce_contract.changes.rule import Sureness
from commerce_contract.changes.scope import Scope
from commerce_contract.changes.services import compare_services
from commerce_contract.changes.side import Side
from commerce_contract.changes.texts import compare_texts
from commerce_contract.changes.versions import rose
from commerce_contract.model import Contract


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one contract to another, the worst first; `texts` are changes of words alone."""

    changes: tuple[Change, ...]
    texts: tuple[Change, ...]


def compare(old: Contract, new: Contract, service: str | None = None) -> Comparison:
    """Every change of services, operations, resources, events and schemas; of one service alone if it is named."""
    scope = Scope(Side(old), Side(new))

    def risen(concern: Concern) -> bool:
        before, after = concern.files
        return bool(before and after and rose(scope.old.version(before), scope.new.version(after)))

    found = (each for each in _findings(scope) if service is None or _concerns(scope, each.concern, service))
    changes = gather(found, risen)
    return Comparison(
        changes=tuple(change for change in changes if change.rule.sureness is not Sureness.TEXT),
        texts=tuple(change for change in changes if change.rule.sureness is Sureness.TEXT),
    )


def _findings(scope: Scope) -> Iterator[Finding]:
    yield from compare_services(scope)
    yield from compare_operations(scope)
    yield from compare_resources(scope)
    yield from compare_channels(scope)
    yield from compare_events(scope)
    yield from compare_texts(scope)


def _concerns(scope: Scope, concern: Concern, service: str) -> bool:
    """Whether something belongs to a service: it is its own, or stands in a document of it."""
    if concern.service:
        return concern.service == service
    documents = (
        file for side in (scope.old, scope.new) if (found := side.contract.services.get(service))
        for file in found.documents
    )  # fmt: skip
    return any(file in concern.files for file in documents)
