"""Recordings: what a world is asked and says from a moment on, as a file that answers the same elsewhere."""

from importlib.metadata import version

import orjson

from commerce_mock.call import Answer, Call
from commerce_mock.outcome import BundleError
from commerce_mock.problems import Problem
from commerce_mock.recording import Recording
from commerce_mock.transaction import Transaction


def start(tx: Transaction, call: Call) -> Answer:
    """Note from now on what the world is asked and says."""
    world = tx.world
    if world.recording is not None:
        raise Problem("CONFLICT", "This world is being recorded already: stop that first.")
    world.recording = Recording(world)
    return status(tx, call)


def status(tx: Transaction, _: Call) -> Answer:
    """Whether the world is being recorded."""
    recording = tx.world.recording
    if recording is None:
        return Answer({"recording": False, "requests": 0, "complete": True})
    return Answer({"recording": True, "requests": len(recording.requests), "complete": recording.complete})


def stop(tx: Transaction, _: Call) -> Answer:
    """Note no more, and hand out what was noted."""
    recording = tx.world.recording
    if recording is None:
        raise Problem("CONFLICT", "This world is not being recorded: start that first.")
    bundle = recording.bundle(version("commerce-sdk"))
    tx.world.recording = None
    return Answer(bundle)


def replay(tx: Transaction, call: Call) -> Answer:
    """Ask everything again that a recording has, in a mock of its own with the contract that is served here."""
    worlds = tx.world.worlds
    if worlds is None or worlds.replay is None:
        raise Problem("CONFLICT", "This mock is not served: replay the recording with `commerce-mock replay`.")
    bundle = orjson.loads(call.request.body)  # to the byte: what was read for rules has 1 where 1.0 was sent
    try:
        outcome = worlds.replay(bundle, tx.world.behaviour.contract)
    except BundleError as error:
        raise Problem("VALIDATION_ERROR", errors=(("", f"cannot be replayed: {error}"),)) from None
    return Answer(outcome.document())


RULES = {
    "admin.start_recording": start,
    "admin.recording_status": status,
    "admin.stop_recording": stop,
    "admin.replay_recording": replay,
}
