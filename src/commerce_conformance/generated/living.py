"""Generated requests come to life: ids of resources that are there, names that are new, cards that can pay."""

from collections.abc import Mapping
from typing import Any, Final

from schemathesis import Case, HookContext
from schemathesis.core import NOT_SET
from schemathesis.core.parameters import ParameterLocation

from commerce_conformance import reading
from commerce_conformance.identity import Identity
from commerce_conformance.supply import Live, Supply
from commerce_conformance.unreachable import UnreachableError
from commerce_contract import Action, Contract, Operation, Resource, Schema

_AUTHORIZATION: Final = "Authorization"
_TAKEN: Final = 16  # requests that take a part of the same resource


class Living:
    """Puts live data into the generated requests of one service; lives as long as its run.

    What was made wrong on purpose stays wrong: a value is only replaced where its own schema accepts it. Each request
    that may change a resource gets one of its own, others share one.
    """

    def __init__(self, contract: Contract, supply: Supply, operations: Mapping[str, Operation]) -> None:
        self._contract = contract
        self._supply = supply
        self._operations = operations
        self._shared: dict[str, Live | None] = {}
        self._takeable: dict[str, tuple[Live | None, int]] = {}
        self._actor: Identity | None = None
        self.unreachable: dict[str, UnreachableError] = {}
        self.callers: dict[str, Identity] = {}

    def actor(self) -> Identity:
        """Who calls, where no resource says whose it is. Raises UnreachableError where nobody can be called as."""
        if self._actor is None:
            self._actor = self._remember(self._supply.user("generated"))
        return self._actor

    def map_case(self, _context: HookContext, case: Case[Any]) -> Case[Any]:
        """The hook: a request as it was generated, to one that reaches what is there."""
        operation = self._operations.get(case.operation.label)
        if operation is None:
            return case
        try:
            caller = self._path(operation, case)
            self._query(operation, case, caller)
            self._body(operation, case, caller)
        except UnreachableError as error:
            self.unreachable[operation.name] = error
            return case
        if case._has_explicit_auth and caller.header not in {None, case.headers.get(_AUTHORIZATION)}:  # noqa: SLF001 - nothing public says that auth is meant
            case.headers[_AUTHORIZATION] = caller.header
        return case

    def caller(self, header: str | None) -> Identity | None:
        """Whose header that is."""
        return self.callers.get(header or "")

    def _remember(self, identity: Identity) -> Identity:
        if identity.header is not None:
            self.callers[identity.header] = identity
        return identity

    def _path(self, operation: Operation, case: Case[Any]) -> Identity:
        """Fill in the ids of the path; answers who may ask for that."""
        if not case.path_parameters or _wrong(case, ParameterLocation.PATH):
            return self.actor() if operation.secured else self._anybody()
        filled = dict(case.path_parameters)
        caller: Identity | None = None
        for name in filled:
            resource = self._named(name) or operation.resource
            live = self._reached(operation, resource) if resource is not None else None
            if live is not None:
                filled[name] = live.key
                caller = live.owner
        case.path_parameters = filled
        return caller or self.actor()

    def _query(self, operation: Operation, case: Case[Any], caller: Identity) -> None:
        """Lists are asked for by the one whose they are."""
        for parameter in operation.parameters:
            resource = self._named(parameter.name)
            value = case.query.get(parameter.name) if parameter.place == "query" and case.query else None
            if resource is None or not isinstance(value, str) or not parameter.schema.is_valid(value):
                continue
            live = None if resource.owner == resource.key else self._live(resource, own=False)
            key = live.key if live is not None else caller.user_id
            case.query = {**case.query, parameter.name: key}

    def _body(self, operation: Operation, case: Case[Any], caller: Identity) -> None:
        if operation.body is None or case.body is NOT_SET or not isinstance(case.body, dict):
            return
        schema, body = operation.body.schema, dict(case.body)
        wrong = _wrong(case, ParameterLocation.BODY)
        for name, resource in reading.references(self._contract, schema).items():
            if name not in body or not schema.properties[name].is_valid(body[name]):
                continue
            if resource.owner == resource.key:
                body[name] = caller.user_id
            else:
                live = self._supply.fresh(resource.collection, caller)
                body[name] = live.value[resource.key]
                if not wrong:
                    self._supply.agree(body, live)
        shown = reading.example(operation)
        body = _readable(schema, body, shown)
        for name in operation.resource.unique if operation.resource is not None else ():
            if isinstance(body.get(name), str) and schema.properties[name].is_valid(body[name]):
                body[name] = self._supply.unique(str(shown[name] if name in (shown or ()) else body[name]))
        case.body = body

    def _named(self, parameter: str) -> Resource | None:
        """The resource whose id a parameter is: `order_id`, `userId`."""
        named = reading.snake(parameter)
        return next((r for r in self._contract.resources.values() if named == f"{reading.snake(r.name)}_id"), None)

    def _anybody(self) -> Identity:
        try:
            return self.actor()
        except UnreachableError:  # an open operation needs nobody
            return Identity("nobody")

    def _reached(self, operation: Operation, resource: Resource) -> Live | None:
        """What an operation can be called on: in a state from which it takes, where it takes a part each time."""
        state = reading.takeable(operation) if reading.gathers(operation) is not None else ""
        if resource != operation.resource or not state:
            return self._live(resource, own=_changes(operation))
        live, times = self._takeable.get(operation.name, (None, 0))
        if live is None or times % _TAKEN == 0:  # it may take a while to get there, and a part leaves enough for others
            live = self._supply.in_state(resource.collection, state, self.actor())
        self._takeable[operation.name] = (live, times + 1)
        return live

    def _live(self, resource: Resource, *, own: bool) -> Live | None:
        """A resource that is there, None where no operation makes one."""
        if reading.creator(self._contract, resource) is None:
            return None
        if own or resource.collection not in self._shared:
            live = self._supply.fresh(resource.collection, None if resource.owner == resource.key else self.actor())
            self._remember(live.owner)
            if own:
                return live
            self._shared[resource.collection] = live
        return self._shared[resource.collection]


def _changes(operation: Operation) -> bool:
    """Whether a call may leave a resource other than it was."""
    return operation.action in {Action.MOVE, Action.UPDATE} or operation.method != "GET"


def _wrong(case: Case[Any], place: ParameterLocation) -> bool:
    """Whether a part of the request was made wrong on purpose."""
    return case.meta is not None and case.meta.is_negative_at(place)


def _readable(schema: Schema, body: Any, shown: Any, *, inside: bool = False) -> Any:
    """A body whose secrets are as the document shows them, as far as they were in order.

    So is, `inside` it, what stands beside them: a card that was made up pays for nothing. What a list allows stays as
    it is, such as which kind of card.
    """
    if not isinstance(body, dict) or not isinstance(shown, dict):
        return body
    properties = schema.properties
    secret = inside and any(properties[name].write_only for name in body if name in properties)
    readable = dict(body)
    for name in body.keys() & properties.keys() & shown.keys():
        part = properties[name]
        if not part.is_valid(body[name]):
            continue
        if part.write_only or (secret and not part.enum):
            readable[name] = shown[name]
        else:
            readable[name] = _readable(part, body[name], shown[name], inside=True)
    return readable
