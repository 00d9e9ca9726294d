"""`commerce-mock serve`: flags to settings, sockets, engine and server."""

import logging
import re
import secrets
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import typer

from commerce_cli.events import Events, brokers, publishing
from commerce_cli.loading import choose_scenario, load_contract, told
from commerce_cli.ready import Ready
from commerce_cli.running import RefusedError
from commerce_cli.tokens import accepted_secret, chosen_key, key_text, seconds
from commerce_contract import Contract, ContractError
from commerce_contract.discover import contract_directory
from commerce_mock.auth import DEVELOPMENT_SECRET
from commerce_mock.clock import parse_time
from commerce_mock.engine import Engine
from commerce_mock.http import log
from commerce_mock.http.listening import CannotListenError, Listener, close, is_loopback, listen
from commerce_mock.http.pages import install
from commerce_mock.http.server import serve
from commerce_mock.http.watch import Watcher
from commerce_mock.keys import HS256
from commerce_mock.scenario import Scenario, ScenarioError
from commerce_mock.settings import LARGEST_IMPORT, MEBIBYTE, Settings

HIGHEST_PORT = 65535
_PORT = re.compile(r"[0-9]{1,5}").fullmatch
_TOKEN = re.compile(r"[!-~]{16,256}").fullmatch
SHORTEST_SECRET = 32  # bytes; RFC 7518, section 3.2


@dataclass(frozen=True, slots=True)
class Options:
    """The flags of `commerce-mock serve`, as given."""

    host: str
    ports: tuple[str, ...]
    gateway: int | None
    contract: Path | None
    scenario: str | None
    seed: int
    clock: str
    auth: bool
    payment_delay: str
    strict: bool
    watch: bool
    log: str
    world_idle: str
    jwt_secret: str | None = field(repr=False)
    jwt_algorithm: str = HS256
    jwt_key: Path | None = None
    admin_token: str | None = field(default=None, repr=False)
    events: tuple[str, ...] = field(default=(), repr=False)
    outbox: Path | None = None
    largest_import: int = LARGEST_IMPORT  # MiB


def serve_mock(options: Options) -> None:
    """Start the mock and serve until a signal ends it. Raises RefusedError where it cannot start."""
    began = time.time_ns()
    check_clock(options.clock)
    chosen_key(options.jwt_algorithm, options.jwt_secret, options.jwt_key, options.seed)
    secret = accepted_secret(options.jwt_secret)
    check_host(options.host, secret, options.jwt_algorithm, options.jwt_key)
    wanted = admin_token(options.host, options.admin_token)
    targets = brokers(options.events, options.outbox)
    contract = load_contract(options.contract)
    ports = choose_ports(options.ports, options.gateway, contract)
    scenario = choose_scenario(options.scenario, contract)
    try:
        listeners = listen(options.host, ports)
    except CannotListenError as error:
        raise RefusedError(str(error)) from None
    try:
        engine = make_engine(replace(options, admin_token=wanted), contract, scenario, secret)
        if wanted != options.admin_token:
            typer.echo(f"Other machines reach /__admin with this token, as X-Mock-Admin-Token:\n{wanted}\n", err=True)
        with publishing(targets, options.outbox, engine, as_json=options.log == "json") as events:
            _serve(options, engine, scenario, listeners, began, events)
    finally:
        close(listeners)


def make_engine(options: Options, contract: Contract, scenario: Scenario, secret: str) -> Engine:
    """The engine that the flags ask for. Raises RefusedError where the scenario does not fit the contract."""
    settings = Settings(
        seed=options.seed,
        clock=options.clock,
        auth=options.auth,
        payment_delay=options.payment_delay,
        strict=options.strict,
        jwt_secret=secret,
        jwt_algorithm=options.jwt_algorithm,
        jwt_key=key_text(options.jwt_algorithm, options.jwt_key),
        admin_token=options.admin_token,
        world_idle=seconds(options.world_idle, "--world-idle"),
        largest_import=options.largest_import * MEBIBYTE,
    )
    try:
        return Engine(contract, settings, scenario)
    except (ScenarioError, LookupError) as error:
        raise RefusedError(str(error)) from None


def _serve(  # noqa: PLR0913, PLR0917 - all that there is by now
    options: Options, engine: Engine, scenario: Scenario, listeners: list[Listener], began: int, events: Events
) -> None:
    gateway = next((listener.url for listener in listeners if listener.service is None), None)
    own = {listener.service: listener.url for listener in listeners if listener.service is not None}
    urls = {name: own.get(name) or gateway or "" for name in engine.contract.services}
    engine.world.urls.update(urls)
    place_pages = partial(install, engine, own, gateway, changing=options.watch)
    place_pages()
    stream = sys.stderr.buffer
    log.install(log.FaultHandler(stream, as_json=options.log == "json"))
    line = log.json if options.log == "json" else partial(log.text, colours=sys.stderr.isatty())
    requests = log.RequestLog(line, stream)
    if options.log != "off":
        engine.on_answer = requests
    ready = Ready(engine, scenario, urls, gateway, events.lines)
    jobs = [watcher(options, engine, place_pages, began).run] if options.watch else []
    serve(engine, listeners, ready=ready.tell, jobs=[*jobs, *events.jobs])
    requests.flush()


def watcher(options: Options, engine: Engine, place_pages: "partial[None]", began: int) -> Watcher:
    """Follow the documents and tell on stderr what came of each change."""

    def say(colour: str, text: str, plain: str | None = None) -> None:
        if options.log == "json":
            logging.getLogger(log.NAME).warning(plain or text)
        else:
            typer.echo(
                f"{typer.style(text.partition(':')[0], fg=colour, bold=True)}:{text.partition(':')[2]}", err=True
            )

    def reloaded(changed: list[Path], seconds: float) -> None:
        place_pages()
        say("green", f"reloaded: {', '.join(path.name for path in changed)} ({seconds * 1000:.0f} ms)")
        new = engine.contract.services.keys() - engine.world.urls.keys()
        if new:
            say("yellow", f"not served: {', '.join(sorted(new))}, which gets its port when the mock starts again")

    def refused(error: Exception) -> None:
        head = "not reloaded: the last good contract is still served, because"
        say("yellow", f"{head} {told(error) if isinstance(error, ContractError) else error}", f"{head} {error}")

    return Watcher(engine, options.contract or contract_directory(), began, reloaded, refused)


def choose_ports(given: tuple[str, ...], gateway: int | None, contract: Contract) -> Mapping[str | None, int]:
    """Which ports to open: every service's, with a gateway only that and those that are named. Raises RefusedError."""
    own: dict[str | None, int] = {} if gateway is not None else {s.name: s.port for s in contract.services.values()}
    for text in given:
        name, equals, number = text.partition("=")
        if not equals or not _PORT(number) or int(number) > HIGHEST_PORT:
            message = f"--port {text}: write SERVICE=PORT with a port from 0 (any free one) to {HIGHEST_PORT}"
            raise RefusedError(message)
        if name not in contract.services:
            message = f"--port {text}: the contract has no service {name!r}, but {', '.join(contract.services)}"
            raise RefusedError(message)
        own[name] = int(number)
    if gateway is not None:
        own[None] = gateway
    return own


def check_clock(clock: str) -> None:
    """Raises RefusedError where `--clock` names no time."""
    if clock in ("real", "frozen"):
        return
    try:
        parse_time(clock)
    except (ValueError, OverflowError):
        message = f"--clock {clock}: give real, frozen or an ISO time, such as 2026-01-31T12:00:00Z"
        raise RefusedError(message) from None


def admin_token(host: str, given: str | None) -> str | None:
    """What the controls ask for: the given token, or one that is made where other machines reach them.

    Raises RefusedError.
    """
    if given is not None:
        if not _TOKEN(given):
            message = "--admin-token: give 16 to 256 letters, digits and signs, without spaces: it stands in a header"
            raise RefusedError(message)
        return given
    if is_loopback(host):
        return None
    return secrets.token_urlsafe(24)


def check_host(host: str, secret: str, algorithm: str = HS256, key: Path | None = None) -> None:
    """Raises RefusedError where other machines would reach a mock that accepts tokens that anyone can sign."""
    try:
        if is_loopback(host):
            return
    except CannotListenError as error:
        raise RefusedError(str(error)) from None
    reached = f"--host {host}: other machines would reach the mock, and"
    if algorithm != HS256:
        if key is None:
            advice = "give one of your own, such as --jwt-key key.pem after openssl genrsa -out key.pem 2048"
            message = f"{reached} a key that is made from the seed can be made by anyone: {advice}"
            raise RefusedError(message)
        return
    advice = 'give one of your own, such as --jwt-secret "$(openssl rand -hex 32)"'
    if secret == DEVELOPMENT_SECRET:
        message = f"{reached} the development secret, with which anyone can sign a token, is public: {advice}"
        raise RefusedError(message)
    if len(secret.encode()) < SHORTEST_SECRET:
        message = f"{reached} the secret is shorter than {SHORTEST_SECRET} bytes, so it can be guessed: {advice}"
        raise RefusedError(message)
