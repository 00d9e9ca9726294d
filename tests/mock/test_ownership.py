"""Who may do what: for every secured operation the owner, a stranger, the privileged roles, and tokens that fail."""

from collections.abc import Callable, Mapping

import jwt
import pytest

from harness.platform import Platform, contract
from harness.stage import JOHN, NOBODY, Stage

SECURED = sorted(operation.name for operation in contract().operations.values() if operation.secured)
OPEN = sorted(set(contract().operations) - set(SECURED))
SECRET = Platform().engine.settings.jwt_secret
NOW = Platform().world.clock.now() // 1000
CLAIMS = {"sub": JOHN, "exp": NOW + 60}


def signed(secret: str = SECRET, algorithm: str = "HS256", **claims: object) -> str:
    return jwt.encode({**CLAIMS, **claims}, secret, algorithm=algorithm)


def without(claim: str) -> str:
    return jwt.encode({name: value for name, value in CLAIMS.items() if name != claim}, SECRET, algorithm="HS256")


def tampered() -> str:
    header, payload, _ = signed().split(".")
    return ".".join((header, payload, signed(role="admin").split(".")[2]))


BAD_HEADERS: Mapping[str, Callable[[], str]] = {
    "another scheme": lambda: "Basic am9objpkb2U=",
    "no token": lambda: "Bearer",
    "an empty token": lambda: "Bearer ",
    "no scheme": signed,
    "not a token": lambda: "Bearer abc",
    "three parts of nonsense": lambda: "Bearer a.b.c",
    "bytes that are no text": lambda: "Bearer \xff\xfe",
    "expired": lambda: f"Bearer {signed(exp=NOW)}",
    "expired long ago": lambda: f"Bearer {signed(exp=0)}",
    "another secret": lambda: f"Bearer {signed(secret='x' * 48)}",
    "another payload": lambda: f"Bearer {tampered()}",
    "another algorithm": lambda: f"Bearer {signed(secret=SECRET * 2, algorithm='HS512')}",
    "the same secret by another algorithm": lambda: f"Bearer {signed(secret=SECRET * 2, algorithm='HS384')}",
    "no algorithm": lambda: f"Bearer {jwt.encode(CLAIMS, '', algorithm='none')}",
    "no subject": lambda: f"Bearer {without('sub')}",
    "no expiry": lambda: f"Bearer {without('exp')}",
    "an expiry that is no number": lambda: f"Bearer {signed(exp='soon')}",
    "a role that nobody has": lambda: f"Bearer {signed(role='root')}",
    "two tokens": lambda: f"Bearer {signed()} {signed()}",
}


@pytest.mark.parametrize("name", SECURED)
def test_the_owner_is_served(name: str) -> None:
    stage = Stage()
    assert stage.send(stage.ask(name)).status in (200, 201)


@pytest.mark.parametrize("role", ["service", "admin"])
@pytest.mark.parametrize("name", SECURED)
def test_services_and_admins_are_served_whoever_owns_it(name: str, role: str) -> None:
    stage = Stage()
    token = stage.platform.token(NOBODY, role)
    assert stage.send(stage.ask(name).but(token=token)).status in (200, 201)


@pytest.mark.parametrize("name", SECURED)
def test_another_customer_is_refused_and_nothing_changes(name: str) -> None:
    stage = Stage()
    before = stage.platform.world.store.state
    given = stage.send(stage.ask(name).but(token=stage.platform.token(NOBODY)))
    assert (given.status, given.code) == (403, "FORBIDDEN")
    assert "www-authenticate" not in given.headers
    assert stage.platform.world.store.state is before
    assert stage.send(stage.ask(name)).status in (200, 201)


@pytest.mark.parametrize("name", SECURED)
def test_without_a_token_nobody_is_served(name: str) -> None:
    stage = Stage()
    given = stage.send(stage.ask(name).but(token=None))
    assert (given.status, given.code) == (401, "UNAUTHORIZED")
    assert given.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("name", SECURED)
@pytest.mark.parametrize("what", BAD_HEADERS)
def test_a_token_that_does_not_count_is_refused(what: str, name: str) -> None:
    stage = Stage()
    given = stage.send(stage.ask(name).but(token=None, headers={"Authorization": BAD_HEADERS[what]()}))
    assert (given.status, given.code) == (401, "UNAUTHORIZED")
    assert given.headers["www-authenticate"] == 'Bearer error="invalid_token"'


@pytest.mark.parametrize("name", OPEN)
def test_an_operation_that_needs_no_token_does_not_look_at_it(name: str) -> None:
    stage = Stage()
    asked = stage.ask(name)
    given = stage.send(asked.but(token=None, headers={"Authorization": "Bearer nonsense"}))
    assert given.status in (200, 201, 204)


def test_these_operations_are_open_as_the_decisions_say() -> None:
    monitoring = {"health", "ready", "metrics"}
    others = {name for name in OPEN if name.partition(".")[2] not in monitoring and not name.startswith("admin.")}
    assert others == {"users.create", "payments.circuit_breaker"}


def test_a_token_counts_until_its_last_second_by_the_world_s_clock() -> None:
    stage = Stage()
    asked = stage.ask("users.get")
    stage.platform.advance(3599.999)
    assert stage.send(asked).status == 200
    stage.platform.advance(0.001)
    given = stage.send(asked)
    assert (given.status, given.json["detail"]) == (401, "The token has expired.")


def test_a_token_without_a_role_is_a_customer_s_and_the_scheme_has_no_case() -> None:
    stage = Stage()
    for scheme in ("Bearer", "bearer", "BEARER"):
        headers = {"Authorization": f"{scheme} {signed()}"}
        assert stage.send(stage.ask("users.get").but(token=None, headers=headers)).status == 200
        stranger = {"Authorization": f"{scheme} {signed(sub=NOBODY)}"}
        assert stage.send(stage.ask("users.get").but(token=None, headers=stranger)).status == 403


@pytest.mark.parametrize("name", SECURED)
def test_with_authentication_off_everybody_may_do_everything(name: str) -> None:
    stage = Stage(auth=False)
    assert stage.send(stage.ask(name).but(token=None)).status in (200, 201)


def test_a_secret_of_one_s_own_replaces_the_development_secret() -> None:
    stage = Stage(jwt_secret="another-secret-that-is-long-enough-for-hs256")
    assert stage.send(stage.ask("users.get")).status == 200
    assert stage.send(stage.ask("users.get").but(token=signed())).status == 401
