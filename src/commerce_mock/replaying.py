"""A recording asked again, in a mock of its own: whether the same is answered, to the byte, or where it is not."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from commerce_contract import Contract
from commerce_mock.clock import parse_time
from commerce_mock.controls import with_controls
from commerce_mock.differing import first_difference
from commerce_mock.engine import Engine
from commerce_mock.exporting import contract_hash
from commerce_mock.held import HeldClock
from commerce_mock.importing import import_world
from commerce_mock.keys import KeyUnusableError
from commerce_mock.outcome import BundleError, Outcome
from commerce_mock.problems import TOLD, Problem
from commerce_mock.recorded import again
from commerce_mock.recording import FORMAT, VERSION, Recording, digest
from commerce_mock.settings import Settings
from commerce_mock.surroundings import surround
from commerce_mock.world import World
from commerce_mock.worlds import DEFAULT

_DOCUMENTED: Final = "admin.stop_recording"
_LAID: Final = "admin.import"


def replay(bundle: Any, contract: Contract) -> Outcome:
    """Ask everything again that a recording has. Raises BundleError."""
    _check(bundle, contract)
    try:
        return _play(bundle, contract)
    except KeyUnusableError as error:
        raise BundleError(str(error)) from None
    except Problem as problem:
        told = "; ".join(f"{pointer} {message}" for pointer, message in problem.errors[:TOLD]) or problem.detail
        raise BundleError(f"it does not fit the contract: {told}") from None
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:  # somebody wrote it by hand
        missing = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else "it was changed by hand"
        raise BundleError(f"it is no recording of this mock: {missing}") from error


def _play(bundle: Mapping[str, Any], contract: Contract) -> Outcome:
    notes = tuple(_notes(bundle, contract))
    world, engine = _begin(bundle, contract)
    played = world.recording = Recording(world)
    events = 0
    for place, content in enumerate(bundle["requests"], 1):
        if "left_out" in content:
            continue
        _go(world, parse_time(content["time"]), content.get("machine"))
        if "turned" in content:
            _turn(world, content["turned"])
        world.journal.total = content["number"] - 1
        engine.respond(world, again(content, engine.key))
        got = _plain(played.requests[-1])
        asked = f"{content['method']} {content['path']}"
        for part in ("answer", "events"):
            found = first_difference(content[part], got[part], f"/{part}")
            if found is not None:
                return Outcome(place - 1, events, bundle["sha256"], notes, found, place, asked)
        events += len(content["events"])
    last = bundle["last"]
    if bundle.get("complete", True):
        _go(world, parse_time(last["time"]))
        world.run_due()
    found = first_difference(last["events"], _plain(played.events()), "/events")
    return Outcome(len(bundle["requests"]), events + len(last["events"]), bundle["sha256"], notes, found)


def _check(bundle: Any, contract: Contract) -> None:
    """Raises BundleError where a file is not as the control document says that recordings are."""
    if not isinstance(bundle, dict) or bundle.get("format") != FORMAT:
        raise BundleError(f"it is no recording: its `format` is not {FORMAT}")
    if bundle.get("version") != VERSION:
        raise BundleError(f"its version is {bundle.get('version')}: this mock replays version {VERSION}")
    controls = with_controls(contract).operations
    if _DOCUMENTED not in controls:
        raise BundleError("the contract has no room for the mock's controls, which say what a recording is")
    schema = controls[_DOCUMENTED].success.schema
    errors = schema.errors(bundle) if schema else ()
    laid = controls[_LAID].body if _LAID in controls else None
    for part in ("began", "origin") if laid is not None and not errors else ():
        if laid and part in bundle:
            errors += laid.schema.errors(bundle[part])
    if errors:
        raise BundleError("; ".join(f"{error.pointer or '/'} {error.message}" for error in errors[:TOLD]))


def _notes(bundle: Mapping[str, Any], contract: Contract) -> list[str]:
    notes = []
    if bundle["contract"] != contract_hash(contract):
        notes.append("the contract is another one than that which was recorded")
    if bundle["sha256"] != digest(bundle["requests"], bundle["last"]):
        notes.append("the answers or events in it were changed after it was recorded")
    if not bundle.get("complete", True):
        notes.append("more was asked than the recording holds: its end is missing")
    left_out = sum("left_out" in request for request in bundle["requests"])
    if left_out:
        notes.append(f"{left_out} refused requests are left out, because their bodies are no JSON")
    return notes


def _begin(bundle: Mapping[str, Any], contract: Contract) -> tuple[World, Engine]:
    """A world as it was when the recording began."""
    engine = Engine(contract, Settings(clock=bundle["time"], **bundle["settings"]))
    world = engine.world if bundle["world"] == DEFAULT else engine.worlds.fork(engine.world, bundle["world"])
    for part in ("origin", "began"):  # a reset returns to the first that there is
        if part in bundle:
            origin = world.origin if part == "began" and "origin" in bundle else None
            import_world(world, bundle[part])
            world.origin = world.origin if origin is None else origin
    world.urls.update(bundle["urls"])
    world.clock = HeldClock(parse_time(bundle["time"]))
    surround(world, bundle["surroundings"])
    world.reschedule()
    return world, engine


def _turn(world: World, turned: Mapping[str, Any]) -> None:
    """Do what was done to the world from outside."""
    if "reset" in turned:
        world.reset()
    surround(world, turned)


def _go(world: World, time: int, machine: str | None = None) -> None:
    """Let it be the time that it was; what was due by then has happened. `machine` is what the machine's clock said."""
    clock = world.clock
    if clock.frozen_at is not None:
        world.go_to(time, frozen=True)
    if isinstance(clock, HeldClock):
        clock.machine = time - clock.offset if machine is None else parse_time(machine)


def _plain(value: Any) -> Any:
    """A value as it is when it was in a file."""
    return orjson.loads(orjson.dumps(value))
