"""Refusals on demand: what a client meets when its token has expired, is forged or is somebody else's."""

import pytest

from commerce_mock.forcing import OUTCOMES
from harness.platform import Answered, Member, Platform


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
def ann(platform: Platform) -> Member:
    return platform.register()


def _force(platform: Platform, outcome: str, **more: object) -> Answered:
    return platform.send("admin", "PUT", "/__admin/auth", {"outcome": outcome, **more})


def _read(platform: Platform, ann: Member) -> Answered:
    return platform.get("users", f"/api/users/{ann.id}", ann.token)


@pytest.mark.parametrize(
    ("outcome", "code", "said"),
    [
        ("expired", "UNAUTHORIZED", "The token has expired."),
        ("invalid", "UNAUTHORIZED", "The token's signature is wrong."),
        ("wrong_role", "FORBIDDEN", "The role customer may not do this."),
        ("not_owner", "FORBIDDEN", "This belongs to another user."),
    ],
)
def test_a_good_token_is_refused_as_a_bad_one_would_be(
    platform: Platform, ann: Member, outcome: str, code: str, said: str
) -> None:
    assert _force(platform, outcome).status == 200
    refused = _read(platform, ann)
    assert (refused.code, refused.json["detail"]) == (code, said)
    assert refused.status == (401 if code == "UNAUTHORIZED" else 403)
    if refused.status == 401:
        assert refused.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    _force(platform, "off")
    assert _read(platform, ann).status == 200


def test_the_real_refusals_are_word_for_word_the_same(platform: Platform, ann: Member) -> None:
    expired = platform.get("users", f"/api/users/{ann.id}", platform.token(ann.id, expires_in=-1))
    forged = platform.get("users", f"/api/users/{ann.id}", ann.token[:-4] + "AAAA")
    for outcome, real in (("expired", expired), ("invalid", forged)):
        _force(platform, outcome)
        assert _read(platform, ann).body == real.body


def test_so_many_times_and_then_no_more(platform: Platform, ann: Member) -> None:
    _force(platform, "expired", times=2)
    assert [_read(platform, ann).status for _ in range(4)] == [401, 401, 200, 200]
    assert platform.get("admin", "/__admin/auth").json["forced"] == []


def test_what_is_left_is_told(platform: Platform, ann: Member) -> None:
    _force(platform, "expired", times=2)
    _read(platform, ann)
    assert platform.get("admin", "/__admin/auth").json["forced"] == [
        {"operation": "*", "outcome": "expired", "times": 1}
    ]


def test_only_the_operations_that_are_named(platform: Platform, ann: Member) -> None:
    _force(platform, "wrong_role", operation="orders.*")
    assert _read(platform, ann).status == 200
    assert platform.get("orders", f"/api/orders/user/{ann.id}", ann.token).status == 403


def test_a_bad_token_stays_bad_and_uses_up_nothing(platform: Platform, ann: Member) -> None:
    _force(platform, "wrong_role", times=1)
    assert platform.get("users", f"/api/users/{ann.id}").status == 401
    assert _read(platform, ann).status == 403


def test_the_one_set_last_counts_and_each_is_lifted_by_itself(platform: Platform, ann: Member) -> None:
    _force(platform, "expired")
    _force(platform, "wrong_role", operation="users.get")
    assert _read(platform, ann).status == 403
    _force(platform, "off", operation="users.get")
    assert _read(platform, ann).status == 401
    _force(platform, "wrong_role", operation="users.get")
    assert _force(platform, "off").json["forced"] == []
    assert _read(platform, ann).status == 200


def test_operations_without_a_token_and_the_controls_are_not_touched(platform: Platform) -> None:
    _force(platform, "expired")
    platform.register("bob")
    assert platform.get("orders", "/health").status == 200
    assert platform.get("admin", "/__admin/clock").status == 200


def test_a_reset_ends_it_and_a_fork_goes_on_with_it(platform: Platform, ann: Member) -> None:
    _force(platform, "expired", times=2)
    fork = platform.engine.worlds.fork(platform.world, "w1")
    _read(platform, ann)
    assert [forcing.left for forcing in fork.forced] == [2]
    assert [forcing.left for forcing in platform.world.forced] == [1]
    platform.post("admin", "/__admin/reset")
    assert platform.world.forced == []
    assert len(fork.forced) == 1


def test_a_pattern_that_names_nothing_is_refused_with_what_there_is(platform: Platform) -> None:
    refused = _force(platform, "expired", operation="orders.nothing")
    assert (refused.status, refused.pointers) == (422, ["/operation"])
    assert "orders.create" in refused.json["errors"][0]["message"]
    assert _force(platform, "expired", operation="orders.health").status == 422  # wants no token


def test_where_nobody_is_asked_for_a_token_nobody_can_be_refused() -> None:
    platform = Platform(auth=False)
    assert platform.get("admin", "/__admin/auth").json == {"required": False, "algorithm": "HS256", "forced": []}
    refused = _force(platform, "expired")
    assert (refused.status, refused.code) == (409, "CONFLICT")
    assert "--auth off" in refused.json["detail"]


def test_the_outcomes_are_those_of_the_document(platform: Platform) -> None:
    body = platform.contract.operations["admin.set_auth"].body
    assert body is not None
    assert set(body.schema.properties["outcome"].enum) == set(OUTCOMES)
