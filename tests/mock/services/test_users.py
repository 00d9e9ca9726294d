"""Users: registration, uniqueness whatever the case, verification once, partial changes, and their own events."""

from typing import Any

import pytest

from harness.platform import Platform
from harness.stage import BODIES, JANE, JOHN, Stage


def test_a_new_user_is_active_not_verified_and_shows_no_password() -> None:
    platform = Platform()
    created = platform.post("users", "/api/users", BODIES["users.create"])
    assert created.status == 201
    user = created.json
    assert created.headers["location"] == f"/api/users/{user['id']}"
    shown = {name: value for name, value in BODIES["users.create"].items() if name != "password"}
    assert user == {
        **shown,
        "id": user["id"],
        "is_active": True,
        "is_verified": False,
        "created_at": "2026-01-01T00:00:00Z",
    }
    read = platform.get("users", created.headers["location"], platform.token(user["id"]))
    assert read.json == user


def test_a_user_without_a_phone_has_no_phone() -> None:
    platform = Platform()
    ann = platform.register()
    user = platform.get("users", f"/api/users/{ann.id}", ann.token).json
    assert "phone" not in user
    assert "profile" not in user


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"email": "ANN@Example.COM", "username": "bob"}, "USER_001", "/email"),
        ({"email": "bob@example.com", "username": "ANN"}, "USER_002", "/username"),
        ({"email": "ann@example.com", "username": "ann"}, "USER_001", "/email"),
    ],
)
def test_neither_address_nor_name_is_given_twice_whatever_the_case(
    changes: dict[str, Any], code: str, pointer: str
) -> None:
    platform = Platform()
    platform.register("ann")
    refused = platform.post("users", "/api/users", {**BODIES["users.create"], **changes})
    assert (refused.status, refused.code, refused.pointers) == (409, code, [pointer])


@pytest.mark.parametrize(("first", "second"), [("straße", "STRASSE"), ("İx", "i̇x"), ("ΣΑΣ", "σας")])
def test_uniqueness_folds_case_in_every_script(first: str, second: str) -> None:
    platform = Platform()
    platform.register("ann", username=first)
    body = {**BODIES["users.create"], "username": second}
    assert platform.post("users", "/api/users", body).code == "USER_002"


def test_a_refused_registration_reserves_nothing() -> None:
    platform = Platform()
    platform.register("ann")
    body = {**BODIES["users.create"], "email": "bob@example.com"}
    assert platform.post("users", "/api/users", {**body, "username": "ann"}).code == "USER_002"
    assert platform.post("users", "/api/users", {**body, "username": "bob"}).status == 201


def test_a_token_verifies_its_own_user_once() -> None:
    platform = Platform()
    ann, bob = platform.register("ann"), platform.register("bob")
    path = f"/api/users/{ann.id}/verify"
    foreign = {"verification_token": platform.mailed_token(bob)}
    own = {"verification_token": platform.mailed_token(ann)}
    assert foreign != own
    for token in (foreign, {"verification_token": "wrong"}, {"verification_token": "wröng"}):
        refused = platform.post("users", path, token, ann.token)
        assert (refused.status, refused.code, refused.pointers) == (400, "USER_003", ["/verification_token"])
    verified = platform.post("users", path, own, ann.token)
    assert (verified.status, verified.json["is_verified"]) == (200, True)
    used = platform.post("users", path, own, ann.token)
    assert (used.status, used.code) == (400, "USER_003")


def test_a_registration_that_failed_changes_no_later_token() -> None:
    calm, busy = Platform(), Platform()
    busy.register("ann")
    assert busy.post("users", "/api/users", {**BODIES["users.create"], "username": "ann"}).status == 409
    calm.register("ann")
    assert calm.mailed_token(calm.register("bob")) == busy.mailed_token(busy.register("bob"))


def test_a_change_leaves_the_rest_as_it_is_within_the_profile_too() -> None:
    stage = Stage()
    before = stage.send(stage.ask("users.get")).json
    changed = stage.send(stage.ask("users.update").but(body={"phone": "+4912345", "profile": {"city": "Berlin"}})).json
    assert changed == {**before, "phone": "+4912345", "profile": {**before["profile"], "city": "Berlin"}}
    assert stage.send(stage.ask("users.get")).json == changed


def test_a_first_profile_is_kept_as_it_is_given() -> None:
    platform = Platform()
    ann = platform.register()
    body = {"profile": {"country": "Kenya"}}
    changed = platform.send("users", "PUT", f"/api/users/{ann.id}", body, ann.token)
    assert changed.json["profile"] == {"country": "Kenya"}


@pytest.mark.parametrize("fixed", ["email", "username", "password", "id", "is_verified", "is_active", "created_at"])
def test_a_change_cannot_reach_what_is_fixed(fixed: str) -> None:
    stage = Stage()
    before = stage.send(stage.ask("users.get")).json
    answer = stage.send(stage.ask("users.update").but(body={"first_name": "Jon", fixed: "other@example.com"}))
    assert answer.status == 200
    assert answer.headers["x-mock-warning"] == f"/{fixed}"
    assert answer.json == {**before, "first_name": "Jon"}


def test_events_are_the_user_s_own_oldest_first() -> None:
    platform = Platform()
    ann, bob = platform.register("ann"), platform.register("bob")
    platform.paid(bob)
    platform.advance(10)
    platform.paid(ann)
    own = platform.get("users", f"/api/users/{ann.id}/events", ann.token).json["events"]
    assert [event["event_type"] for event in own] == ["user_created", "user_verified"]
    assert own[0]["data"] == {"email": ann.email, "username": "ann", "created_at": "2026-01-01T00:00:00Z"}
    assert own[1]["data"] == {"verified_at": own[1]["created_at"]}
    published = {event["id"]: event for event in platform.events()}
    for event in own:
        assert published[event["id"]]["payload"]["data"] == event["data"]
        assert published[event["id"]]["time"] == event["created_at"]


def test_the_demo_users_are_those_of_the_documents_examples() -> None:
    stage = Stage()
    examples = stage.operations["users.get"].success.examples
    assert stage.send(stage.ask("users.get").at(JOHN)).json == examples["documented"]
    assert stage.send(stage.ask("users.get").at(JANE).but(token=stage.jane.token)).json == examples["unverified"]
