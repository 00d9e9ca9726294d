"""Each collection belongs to one resource."""

from commerce_contract.checks.subject import Subject
from commerce_contract.model import Resource
from commerce_contract.source import Fault


def check(subject: Subject) -> None:
    """Find resources that would be stored in one place."""
    seen: dict[str, Resource] = {}
    for resource in subject.resources:
        first = seen.setdefault(resource.collection, resource)
        if first is not resource:
            message = f"the collection `{resource.collection}` is taken by {first.name}, {first.location}"
            subject.reading.faults.append(Fault(resource.location, message, "Name another collection"))
