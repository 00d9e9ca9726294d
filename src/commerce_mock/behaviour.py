"""A contract turned into behaviour: for every operation, event and timer the function that answers it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any

from commerce_contract import MISSING, Contract, Event, Operation, Resource
from commerce_contract.lean import lean
from commerce_mock import services
from commerce_mock.call import Rule
from commerce_mock.clock import timestamp
from commerce_mock.coding import Coding
from commerce_mock.delivery import TIMERS
from commerce_mock.derived import derive
from commerce_mock.events import Emitted
from commerce_mock.intake import Intake, read_intake
from commerce_mock.masking import secret_names
from commerce_mock.metrics import Source
from commerce_mock.naming import snake
from commerce_mock.payload import Payload
from commerce_mock.reading import Reader
from commerce_mock.settings import Settings
from commerce_mock.stored import Stored, Value
from commerce_mock.transaction import Transaction
from commerce_mock.writing import Writer, read_paths

Reaction = Callable[[Transaction, Emitted], None]
Timer = Callable[[Transaction, str], None]
Seeded = Callable[[Transaction, Stored], None]
Saved = Callable[[Transaction], Callable[[Stored], Value]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What the names of a resource's properties imply: their order, defaults, times of creation, change and state."""

    names: tuple[str, ...]
    defaults: Mapping[str, Any]
    created: tuple[str, ...]
    updated: tuple[str, ...]
    entered: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Handler:
    """All that one operation needs, compiled."""

    operation: Operation
    secured: bool
    idempotent: bool
    when_down: bool
    reader: Reader
    rule: Rule
    writer: Writer


class Behaviour:
    """Compiled once a contract, shared by all worlds. `overrides` replace rules by operation name.

    `reactions` are by event type and the service that hears of it.
    `notes` say whose rules are not used, because the contract means another service by that name. Raises LookupError
    where an override is for no operation.
    """

    def __init__(self, contract: Contract, settings: Settings, overrides: Mapping[str, Rule] | None = None) -> None:
        self.contract = contract
        self.settings = settings
        self.resources = contract.resources
        self.plans = {resource.collection: plan_of(resource) for resource in contract.resources.values()}
        modules = services.fitting(contract)
        self.notes = tuple(services.unused(contract))
        rules = {**_merged(modules, "RULES"), **_known(overrides or {}, contract)}
        paths = read_paths(contract.operations.values())
        self.handlers = {
            operation.name: _handler(operation, rules.get(operation.name), settings, paths)
            for operation in contract.operations.values()
        }
        self.reactions: dict[str, dict[str, Reaction]] = {
            event.type: {
                services.name(module): _table(module, "ON")[event.type]
                for module in modules
                if services.name(module) in event.receivers and event.type in _table(module, "ON")
            }
            for event in contract.events.values()
        }
        self.timers: Mapping[str, Timer] = {**TIMERS, **_merged(modules, "TIMERS")}
        self.metrics: Mapping[str, Source] = _merged(modules, "METRICS")
        self.observed: Mapping[str, str] = _merged(modules, "OBSERVED")
        self.calls = {services.name(module): module.CALLS for module in modules if hasattr(module, "CALLS")}
        self.seeded: Mapping[str, Seeded] = _merged(modules, "SEEDED")
        self.saved: Mapping[str, Saved] = _merged(modules, "SAVED")
        self.private: Mapping[str, tuple[str, ...]] = _merged(modules, "PRIVATE")
        self.records: Mapping[str, Coding] = _merged(modules, "RECORDS")
        self.logs: Mapping[str, Coding] = _merged(modules, "LOGS")
        self.public = frozenset(_merged(modules, "PUBLIC"))
        self._payloads: dict[tuple[str, str], Payload] = {}
        self._intakes: dict[str, Intake] = {}
        self._judges: dict[tuple[str, frozenset[str]], Callable[[Value], bool]] = {}

    @cached_property
    def secret_names(self) -> frozenset[str]:
        """The names of all that the contract calls secret."""
        return secret_names(self.contract)

    def payload(self, event: Event, resource: Resource) -> Payload:
        """How an event is made from a resource; compiled at its first use."""
        key = (event.type, resource.collection)
        payload = self._payloads.get(key)
        if payload is None:
            payload = self._payloads[key] = Payload(event, resource)
        return payload

    def intake(self, operation: Operation) -> Intake:
        """What of an operation's body its resource keeps; compiled at its first use."""
        intake = self._intakes.get(operation.name)
        if intake is None:
            plan = self.plans.get(operation.resource.collection) if operation.resource else None
            given = {**plan.defaults, **dict.fromkeys(plan.created, timestamp(0))} if plan else {}
            intake = self._intakes[operation.name] = read_intake(operation, given)
        return intake

    def judge(self, resource: Resource, judged: frozenset[str]) -> Callable[[Value], bool]:
        """Whether a resource is as its schema says, where the properties `judged` are known to be so."""
        key = (resource.collection, judged)
        judge = self._judges.get(key)
        if judge is None:
            judge = lean(resource.schema, [(name,) for name in judged]) or resource.schema.is_valid
            self._judges[key] = judge
        return judge


def _handler(operation: Operation, rule: Rule | None, settings: Settings, paths: Mapping[str, str]) -> Handler:
    collection = operation.resource.collection if operation.resource else None
    idempotent = any(p.place == "header" and p.name.lower() == "idempotency-key" for p in operation.parameters)
    verb = operation.name.rpartition(".")[2]
    return Handler(
        operation,
        operation.secured and settings.auth,
        idempotent,
        verb in services.WHEN_DOWN,
        Reader(operation, strict=settings.strict),
        rule or services.EVERY_SERVICE.get(verb) or derive(operation),
        Writer(operation, paths.get(collection) if collection else None),
    )


def _known(rules: Mapping[str, Rule], contract: Contract) -> Mapping[str, Rule]:
    unknown = sorted(rules.keys() - contract.operations.keys())
    if unknown:
        message = f"rules without an operation in the contract: {', '.join(unknown)}"
        raise LookupError(message)
    return rules


def _table(module: ModuleType, name: str) -> dict[str, Any]:
    table: dict[str, Any] = getattr(module, name, {})
    return table


def _merged(modules: list[ModuleType], name: str) -> dict[str, Any]:
    return {key: value for module in modules for key, value in _table(module, name).items()}


def plan_of(resource: Resource) -> Plan:
    """Compile what the names of a resource's properties imply."""
    properties = resource.schema.properties
    times = {snake(name): name for name, part in properties.items() if part.format == "date-time"}
    states = resource.lifecycle.transitions if resource.lifecycle else {}
    defaults = {name: part.default for name, part in properties.items() if part.default is not MISSING}
    if resource.state and resource.lifecycle:
        defaults[resource.state] = resource.lifecycle.initial
    created = tuple(name for key, name in times.items() if key == "created_at")
    return Plan(
        tuple(properties),
        defaults,
        created,
        tuple(name for key, name in times.items() if key == "updated_at"),
        {state: times[f"{state}_at"] for state in states if f"{state}_at" in times},
    )
