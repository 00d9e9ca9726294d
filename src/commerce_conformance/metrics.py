"""Metrics in the Prometheus text format: what a document shows of them, and what a service counted."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from commerce_conformance import reading
from commerce_contract import Contract, Operation

Families = Mapping[str, Metric]
EDGE: Final = "le"  # the label with a bucket's upper edge
COUNTED: Final = frozenset({"counter", "histogram"})
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True, slots=True)
class Count:
    """What some samples come to together: those called `sample` with one of the `values` of each label named."""

    sample: str
    values: Mapping[str, Collection[str]]

    def of(self, families: Families) -> float:
        """Their sum in a scrape, 0 where there are none."""
        return sum(
            sample.value
            for family in families.values()
            for sample in family.samples
            if sample.name == self.sample
            and all(sample.labels.get(label) in some for label, some in self.values.items())
        )

    def __str__(self) -> str:
        labels = ",".join(f'{label}="{"|".join(sorted(some))}"' for label, some in self.values.items())
        return f"{self.sample}{{{labels}}}" if labels else self.sample


def parsed(text: str) -> Families:
    """The families of a scrape by name. Raises ValueError where it is no Prometheus text."""
    try:
        return {family.name: family for family in text_string_to_metric_families(text)}
    except (ValueError, LookupError, TypeError) as error:  # as the parser happens to fail
        raise ValueError(str(error)) from None


def spelled(family: Metric) -> str:
    """A family's name as the text has it: the parser takes the end off those of counters."""
    return f"{family.name}_total" if family.type == "counter" else str(family.name)


def samples(family: Metric | None) -> Mapping[tuple[str, frozenset[tuple[str, str]]], float]:
    """A family's values by the name and the labels of their samples; nothing where it is not there."""
    known = family.samples if family is not None else ()
    return {(sample.name, frozenset(sample.labels.items())): float(sample.value) for sample in known}


def labels(family: Metric) -> frozenset[str]:
    """The labels of a family, apart from the edges of buckets."""
    return frozenset(label for sample in family.samples for label in sample.labels) - {EDGE}


def counted(contract: Contract, shown: Families, operation: Operation) -> Iterator[Count]:
    """What each success of an operation counts up by one, as far as the shown metrics tell by names and labels."""
    for family in shown.values():
        if family.type not in COUNTED:
            continue
        sample = f"{family.name}_count" if family.type == "histogram" else spelled(family)
        meanings = _meanings(contract, family, operation)
        resource = operation.resource
        if "operation" in meanings:
            yield Count(sample, {label: {value} for label, value in _requested(meanings, operation).items()})
        elif "event" in meanings and operation.emits:
            yield Count(sample, {meanings["event"]: operation.emits})
        elif resource is not None and labels(family) <= {meanings.get("state")}:
            creates = reading.creator(contract, resource) == operation
            if creates and (reading.counts(family.name, resource) or reading.adds_up(family.name, resource)):
                yield Count(sample, {})


def worth(shown: Families, operation: Operation) -> Iterator[Count]:
    """The sums that grow by what each new resource comes to."""
    for family in shown.values():
        if family.type == "histogram" and operation.resource and reading.adds_up(family.name, operation.resource):
            yield Count(f"{family.name}_sum", {})


def _requested(meanings: Mapping[str, str], operation: Operation) -> dict[str, str]:
    values = {"operation": operation.name, "method": operation.method, "status": str(operation.success.status)}
    return {meanings[meaning]: value for meaning, value in values.items() if meaning in meanings}


def _meanings(contract: Contract, family: Metric, operation: Operation) -> dict[str, str]:
    """What the labels of a family say, by the values that the document shows of them."""
    lifecycle = operation.resource.lifecycle if operation.resource is not None else None
    known: dict[str, Collection[str]] = {
        "operation": contract.operations.keys(),
        "event": contract.events.keys(),
        "method": _METHODS,
        "state": lifecycle.transitions.keys() if lifecycle is not None else (),
        "status": {str(status) for each in contract.operations.values() for status in each.responses},
    }
    found: dict[str, str] = {}
    for label in labels(family):
        values = {sample.labels[label] for sample in family.samples if label in sample.labels}
        meaning = next((meaning for meaning, some in known.items() if values and values <= set(some)), None)
        if meaning is not None:
            found[meaning] = label
    return found


def faults(shown: Families, live: Families) -> Iterator[tuple[str, str, str]]:
    """What is wrong with the families of a scrape: what the document wants, and what came."""
    for name, family in shown.items():
        there = live.get(name) or live.get(spelled(family))
        if there is None or (family.samples and not there.samples):
            if family.samples:
                yield f"there is a metric {spelled(family)}", spelled(family), "none"
            continue
        if there.type != family.type:
            yield f"{spelled(family)} is a {family.type}", family.type, there.type
        elif not labels(family) <= (own := labels(there)) and there.samples:
            wanted = ", ".join(sorted(labels(family)))
            yield f"{spelled(family)} has its labels", wanted, ", ".join(sorted(own)) or "none"
    for family in live.values():
        if family.type == "histogram":
            yield from _buckets(family)


def _buckets(family: Metric) -> Iterator[tuple[str, str, str]]:
    """A histogram's buckets hold all that is below their edge, so that they grow up to its count."""
    rows: dict[tuple[tuple[str, str], ...], list[tuple[float, float]]] = {}
    ends: dict[tuple[tuple[str, str], ...], float] = {}
    for sample in family.samples:
        key = tuple(sorted((label, value) for label, value in sample.labels.items() if label != EDGE))
        if sample.name.endswith("_bucket"):
            rows.setdefault(key, []).append((float(sample.labels.get(EDGE, "nan")), sample.value))
        elif sample.name.endswith("_count"):
            ends[key] = sample.value
    if ends.keys() - rows.keys():
        yield f"the histogram {family.name} has buckets", f"{family.name}_bucket", "a count without any"
    for key, pairs in rows.items():
        values = [value for _, value in sorted(pairs)]
        if values != sorted(values) or ends.get(key) != values[-1]:
            got = f"{values} and a count of {ends.get(key)}"
            yield f"the buckets of {family.name} grow up to its count", "each at least the one before", got
            return
