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
from commerce_mock.exchange import LONGEST_PATH, STEPS, TIMINGS, USUAL, Exchange, place, timing
from commerce_mock.fault_effects import NO_ANSWER, Strike
from commerce_mock.forcing import forced
from commerce_mock.guard import Guard
from commerce_mock.journal import LONGEST_ANSWER, LONGEST_BODY, Entry, Row
from commerce_mock.populate import populate
from commerce_mock.preferences import FAULT, PREFER
from commerce_mock.problems import PROBLEM_TYPE, Problem, document, encode, fallback
from commerce_mock.routing import Routes
from commerce_mock.scenario import Scenario
from commerce_mock.secrecy import redacted
from commerce_mock.settings import Settings
from commerce_mock.striking import strike
from commerce_mock.transaction import Breach, Transaction
from commerce_mock.wire import TRACEPARENT, Request, Response
from commerce_mock.world import World
from commerce_mock.worlds import BAGGAGE, HEADER, Worlds
from commerce_mock.writing import Written

log = logging.getLogger("commerce_mock")


class Engine:
    """Answers requests for all services of a contract; lives as long as the mock.

    `world` is the default one of `worlds`.
    `pages` are what a service's port serves beside its operations, by (service, path); `key` signs tokens.
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
        self.on_answer: Callable[[Entry], None] | None = None
        self._rules = rules
        self.key = self.settings.key
        self._authenticator = Authenticator(self.key)
        self._guard = Guard(self.settings.admin_token) if self.settings.admin_token is not None else None
        self._install(contract)
        self.pages = self.key.pages(self.contract.services)
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
        if self._guard is None and HEADER not in request.headers and BAGGAGE not in request.headers:
            return self.respond(self.world, request)
        try:
            if self._guard is not None:
                self._guard.check(request)
            world = self.worlds.of(request)
        except Problem as problem:
            return self.refuse(self.world, request, problem)
        return self.respond(world, request)

    def respond(self, world: World, request: Request) -> Response:
        """Answer one request: match, authenticate, read, apply the rule, write. A problem leaves no trace."""
        if world.recording is not None and world.recording.waits:
            return world.recording.take(self, request)
        with world.lock:
            exchange = Exchange(world, request)
            if world.due is not None:
                world.run_due(exchange.now)
                exchange.before = world.store.state
            try:
                operation, path = self.routes[request.service].match(request.method, request.path)
                exchange.operation = operation
                handler = self.behaviour.handlers[operation.name]
                if world.down or world.faults.active or PREFER in request.headers or FAULT in request.headers:
                    found = strike(exchange, handler)
                    exchange.strike = found
                    if found is not None and not found.effect.reaches:
                        return self._finish(exchange, NO_ANSWER)
                caller = ANYONE
                if handler.secured:
                    caller = self._authenticator.authenticate(request.headers.get(b"authorization"), exchange.now)
                    exchange.caller = caller
                    if world.forced:
                        caller = forced(world.forced, operation, caller)
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
                written = self._refuse(exchange, Problem("INTERNAL_ERROR").with_traceback(error.__traceback__))
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
        headers = call.request.headers
        traceparent = call.request.traceparent if TRACEPARENT in headers else None
        tx = Transaction(world, exchange.now, exchange.id, traceparent)
        try:
            written = idempotency.replay(tx, key, call) if key is not None else None
            if written is None:
                written = handler.writer.write(handler.rule(tx, call))
                if key is not None:
                    idempotency.keep(tx, key, call, written)
            tx.commit()
        finally:
            world.meters.transactions[handler.operation.service].observe(perf_counter() - began)
            if key is not None:
                world.running.discard(key)
        if tx.emitted:
            exchange.first_event = tx.emitted[0].number
            world.deliver(tx.emitted)
        if tx.scheduled:  # what is due at once does not wait for the next request
            world.run_due(exchange.now)
        return written

    def _refuse(self, exchange: Exchange, problem: Problem) -> Written:
        try:
            kind = self.problem_type(problem.code, exchange.operation)
        except KeyError:
            log.error("%s was refused with %s, which the contract does not declare", exchange.id, problem.code)  # noqa: TRY400 - nothing was raised unexpectedly
            detail = f"The mock refused with the code {problem.code}, which the contract does not declare."
            return self._refuse(exchange, Problem("INTERNAL_ERROR", detail))
        exchange.code, exchange.raised = problem.code, place(problem)
        if problem.aftermath is not None:
            with exchange.world.transaction(exchange.id) as tx:
                problem.aftermath(tx)
        body = encode(document(problem, kind, exchange.request.path))
        return problem.status or kind.status, [(b"content-type", PROBLEM_TYPE), *problem.headers.items()], body

    def _finish(self, exchange: Exchange, written: Written) -> Response:
        """Add what every answer carries, and note it in meters and journal."""
        status, headers, body = written if exchange.strike is None else _struck(exchange, exchange.strike, written)
        world, request, operation, caller = exchange.world, exchange.request, exchange.operation, exchange.caller
        if world.schedule is not None:
            world.schedule.leave(world)
        number = world.journal.total + 1
        duration = perf_counter() - exchange.started
        headers += (
            (b"x-request-id", exchange.id.encode()),
            world.header,
            (b"x-mock-request-id", b"request-%d" % number),
            TIMINGS[int(duration * STEPS)] if duration < USUAL else timing(duration),
        )
        if exchange.warnings:
            headers.append((b"x-mock-warning", ", ".join(exchange.warnings).encode("unicode_escape")))
        name, service = None, request.service
        if operation is None:
            world.meters.unmatched[service or "", request.method, status].observe(duration)
        else:
            name, service = operation.name, operation.service
            world.meters.requests[name, status].observe(duration)
            if exchange.code is not None:
                world.meters.refused[name, exchange.code] += 1
        sent = request.body if len(request.body) <= LONGEST_BODY else b""
        answered = body if len(body) <= LONGEST_ANSWER else b""
        row: Row = (
            number, exchange.now, service, name, request.method, request.path[:LONGEST_PATH], status, exchange.code,
            duration, exchange.id, exchange.warnings, request.query,
            sent, answered, None if caller is None else caller.subject,
            None if caller is None else caller.role,
            exchange.first_event, exchange.raised, exchange.fault, len(request.query) + len(sent) + len(answered),
        )  # fmt: skip
        world.journal.add(row)
        world.versions.keep((number, exchange.id, exchange.before, world.store.state, world.clock.frozen_at))
        if self.on_answer is not None:
            self.on_answer(Entry._make(row))
        return Response(status, headers, body, request.later if exchange.strike is None else exchange.strike.delivery)

    def problem_type(self, code: str, operation: Operation | None = None) -> ProblemType:
        """Status and wording of a code: as the operation declares it, else as the contract does in general.

        Raises KeyError for a code that neither declares and that is not one of HTTP's.
        """
        declared = operation.problems.get(code) if operation is not None else None
        return declared or self.contract.problems.get(code) or fallback(code)


def _struck(exchange: Exchange, found: Strike, written: Written) -> Written:
    """The answer as the client gets it where something goes wrong, noted for the journal."""
    exchange.fault = found.told
    if found.effect.rewrite is not None:
        exchange.code = found.effect.code
    return found.change(written)


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
