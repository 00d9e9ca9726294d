"""What `commerce-mock scenario` does: read, check, send, fetch, generate and write scenarios."""

import json
import sys
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import IO, Any, Final

import orjson
import typer

from commerce_cli.control.call import Target, send, told
from commerce_cli.control.commands import controls, operation_of, request_of
from commerce_cli.loading import load_contract
from commerce_cli.running import RefusedError
from commerce_contract import MISSING
from commerce_mock.clock import parse_time, timestamp
from commerce_mock.engine import Engine
from commerce_mock.saving import scenario_yaml
from commerce_mock.scenario import PRIVATE, Scenario, ScenarioError, load_scenario, scenario_path
from commerce_mock.scenario_schema import scenario_schema
from commerce_mock.services.generating import Wanted, generate
from commerce_mock.settings import Settings

_LOAD: Final = "admin.load_scenario"
_SAVE: Final = "admin.save_scenario"
_GENERATE: Final = "admin.generate_scenario"
_JSON: Final = ".json"


def target(url: str, world: str | None, token: str | None) -> Target:
    """Which mock and which of its worlds."""
    return Target(url or controls().url, world, token)


def check_file(name: str, source: Path | None) -> None:
    """Lay a scenario in a world of its own. Ends with exit code 1 where it has faults; raises RefusedError."""
    contract = load_contract(source)
    scenario = _read(name)
    try:
        engine = Engine(contract, Settings(clock="frozen"), scenario)
    except ScenarioError as error:
        raise _faulty(*error.faults) from None
    typer.echo(f"No fault in {scenario.path}: {_counted(engine, scenario)}.")


def load_file(name: str, mock: Target) -> None:
    """Let the world begin anew with a scenario; exit code 1 where the mock finds faults. Raises RefusedError."""
    scenario = _read(name)
    answer = send(_request(_LOAD, mock, _document(scenario)), mock)
    if answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
        errors = answer.json().get("errors", ())
        raise _faulty(*(scenario.fault(each["pointer"], *_parted(each["message"])) for each in errors))
    _print(_accepted(answer))


def save_file(file: Path | None, mock: Target) -> None:
    """Write the world down. Raises RefusedError."""
    content = _accepted(send(_request(_SAVE, mock), mock))
    as_json = file is not None and file.suffix == _JSON
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n" if as_json else scenario_yaml(content)
    with _written(file) as stream:
        stream.write(text.encode())


def generate_file(users: int, orders: int, seed: int | None, now: str | None, file: Path | None) -> None:
    """Write a generated scenario, each resource on a line. Raises RefusedError."""
    wanted = _wanted(users, orders, seed, now)
    lines: dict[str, list[bytes]] = {}
    for collection, value, hidden in generate(wanted):
        line = orjson.dumps({**value, PRIVATE: hidden} if hidden else value)
        lines.setdefault(collection, []).append(line)
    with _written(file) as stream:
        as_json = file is not None and file.suffix == _JSON
        stream.writelines(_json_lines(wanted, lines) if as_json else _yaml_lines(wanted, lines))


def generate_into(users: int, orders: int, seed: int | None, now: str | None, mock: Target) -> None:
    """Let the world begin anew with a generated scenario. Raises RefusedError."""
    said = {"users": users, "orders": orders, "seed": seed, "now": now and timestamp(_moment(now))}
    body = {name: value for name, value in said.items() if value is not None}
    _print(_accepted(send(_request(_GENERATE, mock, body), mock)))


def print_schema(source: Path | None) -> None:
    """Print the JSON Schema of scenarios for a contract. Raises RefusedError."""
    try:
        schema = scenario_schema(load_contract(source))
    except LookupError as error:
        raise RefusedError(str(error)) from None
    typer.echo(json.dumps(schema, indent=2, ensure_ascii=False))


def _read(name: str) -> Scenario:
    """A scenario that is there; where its form has faults, that is said as of the others."""
    try:
        scenario_path(name)
    except ScenarioError as error:
        raise RefusedError(str(error)) from None
    try:
        return load_scenario(name)
    except ScenarioError as error:
        raise _faulty(*error.faults) from None


def _faulty(*faults: object) -> typer.Exit:
    for fault in faults:
        typer.echo(f"commerce-mock: {fault}", err=True)
    return typer.Exit(1)


def _counted(engine: Engine, scenario: Scenario) -> str:
    store = engine.world.store.begin()
    counts = [f"{store.count(name)} {name}" for name in engine.world.behaviour.resources]
    return ", ".join([*counts, f"{len(scenario.events)} events", f"{len(scenario.faults)} faults"])


def _document(scenario: Scenario) -> dict[str, Any]:
    """A scenario as the mock takes it: times as the contract writes them."""
    events = [{**event, "time": timestamp(parse_time(event["time"]))} for event in scenario.events]
    said = {
        "clock": None if scenario.clock is None else timestamp(scenario.clock),
        "settlement": scenario.settlement,
        "events": events or None,
        "faults": list(scenario.faults) or None,
    }
    return {**scenario.resources, **{name: value for name, value in said.items() if value is not None}}


def _parted(message: str) -> tuple[str, str]:
    """What is wrong, and what to do."""
    what, _, hint = message.rstrip(".").partition(". ")
    return what, hint or "Say it as the documents do"


def _request(name: str, mock: Target, body: Any = None) -> dict[str, Any]:
    request = request_of(name, mock.url)
    return request if body is None else {**request, "json": body}


def _accepted(answer: Any) -> Any:
    if answer.status_code >= HTTPStatus.BAD_REQUEST:
        raise _faulty(told(answer))
    return answer.json()


def _print(value: Any) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def _wanted(users: int, orders: int, seed: int | None, now: str | None) -> Wanted:
    """What is to be made; what is not said is as the document of the mock's control has it."""
    body = operation_of(_GENERATE).body
    parts = body.schema.properties if body is not None else {}
    defaults = {name: part.default for name, part in parts.items() if part.default is not MISSING}
    return Wanted(users, orders, defaults["seed"] if seed is None else seed, _moment(now or defaults["now"]))


def _moment(text: str) -> int:
    try:
        return parse_time(text)
    except (ValueError, OverflowError):
        raise RefusedError(f"--now {text}: give an ISO time, such as 2026-01-31T12:00:00Z") from None


def _yaml_lines(wanted: Wanted, lines: dict[str, list[bytes]]) -> Iterator[bytes]:
    yield f'clock: "{timestamp(wanted.now)}"\n'.encode()
    for collection, items in lines.items():
        yield f"{collection}:\n".encode()
        yield from (b"  - %s\n" % item for item in items)


def _json_lines(wanted: Wanted, lines: dict[str, list[bytes]]) -> Iterator[bytes]:
    yield f'{{"clock": "{timestamp(wanted.now)}"'.encode()
    for collection, items in lines.items():
        yield f',\n"{collection}": [\n'.encode()
        yield b",\n".join(items)
        yield b"\n]"
    yield b"}\n"


def _written(file: Path | None) -> IO[bytes]:
    """Where to write to; standard output stays open."""
    if file is None:
        return open(sys.stdout.fileno(), "wb", closefd=False)
    try:
        return file.open("wb")
    except OSError as error:
        raise RefusedError(f"{file}: cannot be written: {error.strerror}") from None
