"""Who calls: tokens for the asking, and callers who are refused for the asking."""

from fnmatch import filter as matching
from typing import Any

from commerce_mock.auth import issue_token
from commerce_mock.call import Answer, Call
from commerce_mock.clock import EARLIEST, LATEST, SECOND, timestamp
from commerce_mock.forcing import ALL, OFF, Forcing
from commerce_mock.problems import Problem, at
from commerce_mock.transaction import Transaction


def auth(tx: Transaction, _: Call) -> Answer:
    """How callers are known, and who is refused for the asking."""
    settings = tx.world.settings
    forced = [forcing.document() for forcing in tx.world.forced]
    return Answer({"required": settings.auth, "algorithm": settings.jwt_algorithm, "forced": forced})


def set_auth(tx: Transaction, call: Call) -> Answer:
    """Refuse the callers of some operations from now on, or no longer."""
    world, body = tx.world, call.body
    pattern, outcome = _given(call, "operation"), body["outcome"]
    if not world.settings.auth:
        raise Problem("CONFLICT", "Nobody is asked for a token: start the mock without --auth off.")
    secured = [name for name, handler in world.behaviour.handlers.items() if handler.secured]
    if not matching(secured, pattern):
        known = ", ".join(secured)
        raise at("VALIDATION_ERROR", "/operation", f"names no operation that wants a token: these do: {known}")
    world.forced[:] = [
        each for each in world.forced if not (each.pattern == pattern or (outcome == OFF and pattern == ALL))
    ]
    if outcome != OFF:
        world.forced.append(Forcing(pattern, outcome, body.get("times")))
    return auth(tx, call)


def issue(tx: Transaction, call: Call) -> Answer:
    """Sign a token."""
    user, role, lasts = call.body["user_id"], _given(call, "role"), _given(call, "expires_in")
    ends = tx.now // SECOND * SECOND + lasts * SECOND
    if not EARLIEST <= ends <= LATEST:
        raise at("VALIDATION_ERROR", "/expires_in", "ends in a year that cannot be written")
    token = issue_token(tx.world.settings.key, user, role, lasts, tx.now)
    return Answer(
        {"token": token, "token_type": "Bearer", "user_id": user, "role": role, "expires_at": timestamp(ends)}
    )


def _given(call: Call, name: str) -> Any:
    """A property of the body, or what the document says that it is where it is missing."""
    declared = call.operation.body
    return call.body.get(name, declared.schema.properties[name].default if declared is not None else None)


RULES = {"admin.auth": auth, "admin.set_auth": set_auth, "admin.issue_token": issue}
