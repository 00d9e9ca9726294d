"""The engine: one request in, one answer out. Read `respond` first."""

import logging
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from time import perf_counter

from commerce_contract import Contract, Operation, ProblemType
from commerce_mock import idempotency
from commerce_mock.auth import ANYONE, Authenticator
from commerce_mock.behaviour import Behaviour, Handler
from commerce_mock.call import Call, Rule
from commerce_mock.clock import Clock, parse_time
from commerce_mock.controls import PREFIX, with_controls
from commerce_mock.exchange import LONGEST_PATH, Exchange
from commerce_mock.journal import Entry
from commerce_mock.populate import populate
from commerce_mock.problems import PROBLEM_TYPE, Problem, document, encode, fallback, unavailable
from commerce_mock.routing import Routes
from commerce_mock.scenario import Scenario
from commerce_mock.secrecy import redacted
from commerce_mock.settings import Settings
from commerce_mock.transaction import Breach, Transaction
from commerce_mock.wire import Request, Response
from commerce_mock.world import World
from commerce_mock.worlds import Worlds
from commerce_mock.writing import Written

log = logging.getLogger("commerce_mock")

Page = tuple[bytes, bytes]


class Engine:
    """Answers requests for all services of a contract; lives as long as the mock.

    `world` is the default one of `worlds`.
    `pages` are what a service's port serves beside its operations, by (service, path).
    `on_answer` is told every journal entry. `rules` replace rules by operation name (tests do).
    """

    def __init__(
        self,
        contract: Contract,
        settings: Settings | None = None,
        scenario: Scenario | None = None,
        rules: Mapping[str, Rule] | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self.pages: dict[tuple[str | None, str], Callable[[], Page]] = {}
        self.on_answer: Callable[[Entry], None] | None = None
        self._rules = rules
        self._authenticator = Authenticator(self.settings.jwt_secret)
        self._install(contract)
        scenario = scenario or Scenario()
        self.world = World(self.behaviour, self.settings, _clock(self.settings.clock, scenario.clock))
        populate(self.world, scenario)
        self.worlds = Worlds(self.world)

    def replace_contract(self, contract: Contract) -> None:
        """Go on with another contract and the same state (`--watch`); a LookupError leaves the old one in place."""
        with self.world.lock:
            self._install(contract)
            for world in self.worlds:
                world.behaviour = self.behaviour

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be known of a foreign contract: what each operation does, what is left out, which rules are."""
        return (*self.contract.notes, *self.behaviour.notes)

    def _install(self, contract: Contract) -> None:
        contract = with_controls(contract)
        behaviour = Behaviour(contract, self.settings, self._rules)
        control = [operation for operation in contract.operations.values() if operation.path.startswith(PREFIX)]
        routes: dict[str | None, Routes] = {
            name: Routes([*service.operations, *control]) for name, service in contract.services.items()
        }
        routes[None] = Routes(gateway_operations(contract))
        self.contract, self.behaviour, self.routes = contract, behaviour, routes

    def answer(self, request: Request) -> Response:
        """Answer one request in the world that it names."""
        try:
            world = self.worlds.of(request)
        except Problem as problem:
            return self.refuse(self.world, request, problem)
        return self.respond(world, request)

    def respond(self, world: World, request: Request) -> Response:
        """Answer one request: match, authenticate, read, apply the rule, write. A problem leaves no trace."""
        with world.lock:
            if world.due is not None:
                world.run_due()
            exchange = Exchange(world, request)
            try:
                operation, path = self.routes[request.service].match(request.method, request.path)
                exchange.operation = operation
                handler = self.behaviour.handlers[operation.name]
                if world.down:
                    _check_up(world, handler)
                caller = ANYONE
                if handler.secured:
                    caller = self._authenticator.authenticate(request.headers.get(b"authorization"), exchange.now)
                call = handler.reader.read(request, path, caller)
                exchange.warnings = call.warnings
                written = self._perform(exchange, handler, call)
            except Problem as problem:
                written = self._refuse(exchange, problem)
            except Breach as breach:
                log.error("%s breaks the contract: %s", exchange.id, breach)  # noqa: TRY400 - the breach says all
                detail = f"The mock made an answer that the contract does not allow: {breach}"
                written = self._refuse(exchange, Problem("INTERNAL_ERROR", detail))
            except Exception as error:  # whatever a rule does, the client gets an answer
                log.exception("%s failed", exchange.id, exc_info=redacted(error, request, exchange.operation))
                written = self._refuse(exchange, Problem("INTERNAL_ERROR"))
            return self._finish(exchange, written)

    def refuse(self, world: World, request: Request, problem: Problem) -> Response:
        """Refuse a request that is not even read: too large in body or headers."""
        with world.lock:
            exchange = Exchange(world, request)
            return self._finish(exchange, self._refuse(exchange, problem))

    def _perform(self, exchange: Exchange, handler: Handler, call: Call) -> Written:
        """Run the rule in a transaction, at most once an idempotency key; then deliver the events that it emitted."""
        world = exchange.world
        key = idempotency.key_of(call) if handler.idempotent else None
        if key is not None:
            if key in world.running:
                raise Problem("CONFLICT", "The first request with this Idempotency-Key is still running.")
            world.running.add(key)
        began = perf_counter()
        tx = Transaction(world, exchange.now, exchange.id, call.request.traceparent)
        try:
            with tx:
                written = idempotency.replay(tx, key, call) if key is not None else None
                if written is None:
                    written = handler.writer.write(handler.rule(tx, call))
                    if key is not None:
                        idempotency.keep(tx, key, call, written)
        finally:
            world.meters.transaction(handler.operation.service, perf_counter() - began)
            if key is not None:
                world.running.discard(key)
        if tx.emitted:
            world.deliver(tx.emitted)
        return written

    def _refuse(self, exchange: Exchange, problem: Problem) -> Written:
        try:
            kind = self.problem_type(problem.code, exchange.operation)
        except KeyError:
            log.error("%s was refused with %s, which the contract does not declare", exchange.id, problem.code)  # noqa: TRY400 - nothing was raised unexpectedly
            detail = f"The mock refused with the code {problem.code}, which the contract does not declare."
            return self._refuse(exchange, Problem("INTERNAL_ERROR", detail))
        exchange.code = problem.code
        if problem.aftermath is not None:
            with exchange.world.transaction(exchange.id) as tx:
                problem.aftermath(tx)
        body = encode(document(problem, kind, exchange.request.path))
        return problem.status or kind.status, [(b"content-type", PROBLEM_TYPE), *problem.headers.items()], body

    def _finish(self, exchange: Exchange, written: Written) -> Response:
        """Add what every answer carries, and note it in meters and journal."""
        status, headers, body = written
        headers.append((b"x-request-id", exchange.id.encode()))
        headers.append(exchange.world.header)
        if exchange.warnings:
            headers.append((b"x-mock-warning", ", ".join(exchange.warnings).encode("unicode_escape")))
        world, request, operation = exchange.world, exchange.request, exchange.operation
        duration = perf_counter() - exchange.started
        name, service = None, request.service
        if operation is not None:
            name, service = operation.name, operation.service
            world.meters.request(name, status, duration)
        number = world.journal.total + 1
        path = request.path[:LONGEST_PATH]
        entry = Entry(
            number, exchange.now, service, name, request.method, path, status, exchange.code, duration, exchange.id,
            exchange.warnings,
        )  # fmt: skip
        world.journal.add(entry)
        if self.on_answer is not None:
            self.on_answer(entry)
        return Response(status, headers, body)

    def problem_type(self, code: str, operation: Operation | None = None) -> ProblemType:
        """Status and wording of a code: as the operation declares it, else as the contract does in general.

        Raises KeyError for a code that neither declares and that is not one of HTTP's.
        """
        declared = operation.problems.get(code) if operation is not None else None
        return declared or self.contract.problems.get(code) or fallback(code)


def _check_up(world: World, handler: Handler) -> None:
    service = handler.operation.service
    if service in world.down and not handler.when_down:
        raise unavailable(f"The service {service} is marked down.")


def _clock(wanted: str, scenario: int | None) -> Clock:
    """The clock that `--clock` asks for; `frozen` stands at the scenario's time, where it names one."""
    if wanted == "real":
        return Clock()
    if wanted == "frozen":
        return Clock(Clock().now() if scenario is None else scenario)
    return Clock(parse_time(wanted))


def gateway_operations(contract: Contract) -> list[Operation]:
    """All operations behind one port; what several services have on one route is reached under `/<service>`."""
    routes = Counter(map(_route, contract.operations.values()))
    return [
        operation
        if routes[_route(operation)] == 1
        else replace(operation, path=f"/{operation.service}{operation.path}")
        for operation in contract.operations.values()
    ]


def _route(operation: Operation) -> tuple[str, str]:
    """What a request can tell apart: the names of path parameters are no part of it."""
    return operation.method, re.sub(r"\{[^}]*\}", "{}", operation.path)
