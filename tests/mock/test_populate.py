"""A scenario laid in a world: what it says is there, and what cannot be is told with file, line and pointer."""

from pathlib import Path

import pytest

from commerce_mock.scenario import ScenarioError
from harness.platform import Platform, contract
from harness.stage import BODIES, JOHN, Stage

USER = f"""users:
  - id: {JOHN}
    email: ann@example.com
    username: ann
    first_name: Ann
    last_name: Lee
"""
ORDER = f"""orders:
  - {{id: order-7, userId: {JOHN}, status: pending, totalAmount: 5, items: [{{productId: p, quantity: 1, price: 5}}]}}
"""


def platform_of(text: str, tmp_path: Path) -> Platform:
    file = tmp_path / "own.yaml"
    file.write_text(text, encoding="utf-8")
    return Platform(scenario=str(file))


def fails(text: str, tmp_path: Path) -> list[str]:
    with pytest.raises(ScenarioError) as refused:
        platform_of(text, tmp_path)
    return str(refused.value).replace(f"{tmp_path}/", "").splitlines()


def test_what_is_missing_is_filled_in_as_at_a_creation(tmp_path: Path) -> None:
    platform = platform_of(USER, tmp_path)
    user = platform.get("users", f"/api/users/{JOHN}", platform.admin).json
    assert (user["is_active"], user["is_verified"]) == (True, False)
    assert user["created_at"] == "2026-01-01T00:00:00Z"


def test_what_comes_later_is_numbered_after_what_the_scenario_has(tmp_path: Path) -> None:
    platform = platform_of(USER + ORDER, tmp_path)
    body = {**BODIES["orders.create"], "userId": JOHN}
    assert platform.post("orders", "/api/orders", body, platform.admin).json["id"] == "order-8"


def test_a_resource_without_an_id_gets_the_next_one(tmp_path: Path) -> None:
    platform = platform_of(USER + ORDER + ORDER.replace("id: order-7, ", "").removeprefix("orders:\n"), tmp_path)
    assert platform.read_order("order-8")["status"] == "pending"


def test_its_unique_values_are_taken(tmp_path: Path) -> None:
    platform = platform_of(USER, tmp_path)
    taken = platform.post("users", "/api/users", {**BODIES["users.create"], "email": "ANN@example.com"})
    assert taken.code == "USER_001"


def test_its_events_are_told_and_react_as_they_would_have(tmp_path: Path) -> None:
    events = f"events:\n  - {{type: user_created, resource: users/{JOHN}, time: '2025-05-05T05:05:05Z'}}\n"
    platform = platform_of(USER + events, tmp_path)
    (event,) = platform.events()
    assert (event["id"], event["time"], event["correlation_id"]) == ("event-1", "2025-05-05T05:05:05Z", "scenario")
    (mail,) = platform.inbox()
    assert (mail["to"], mail["created_at"]) == ("ann@example.com", "2025-05-05T05:05:05Z")
    assert "(already used)" in mail["text"]


def test_a_verification_token_may_be_chosen(tmp_path: Path) -> None:
    platform = platform_of(USER + "    private: {verification_token: abc}\n", tmp_path)
    proof = {"verification_token": "abc"}
    assert platform.post("users", f"/api/users/{JOHN}/verify", proof, platform.token(JOHN)).status == 200


def test_every_resource_and_event_of_the_demo_scenario_is_valid() -> None:
    stage = Stage()
    for collection, resource in contract().resources.items():
        with stage.platform.world.transaction("test") as tx:
            for stored in tx.newest(collection):
                assert resource.schema.errors(stored.value) == ()
    for event in stage.platform.events():
        assert contract().events[event["type"]].payload.errors(event["payload"]) == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("pets: []", "own.yaml:1 #/pets: the contract stores no pets. It stores orders, payments, users."),
        (
            USER.replace("username", "user name"),
            "own.yaml:4 #/users/0/user name: User has no `user name`. It may have id, email, username, ",
        ),
        (
            USER.replace("ann@example.com", "ann"),
            "own.yaml:3 #/users/0/email: `email` must be a valid email. Say it as the documents do: ",
        ),
        (USER.replace("ann@example.com", "[ann]"), "own.yaml:3 #/users/0/email: `email` must be a string."),
        (
            USER.replace("    last_name: Lee\n", ""),
            "own.yaml:2 #/users/0/last_name: `last_name` is required. Say it as the documents do: openapi/users.yaml:",
        ),
        (USER.replace(JOHN, "7"), "own.yaml:2 #/users/0/id: `id` must be a string."),
        (
            USER + USER.replace("users:\n", "").replace("@example", "@test").replace("e: ann", "e: bob"),
            f"own.yaml:7 #/users/1/id: there is a {JOHN} before this one. Give each its own.",
        ),
        (
            USER + USER.replace("users:\n", "").replace(f"id: {JOHN}", "phone: '+4912345'").replace("e: ann", "e: b"),
            "own.yaml:8 #/users/1/email: email 'ann@example.com' is taken. Give each its own.",
        ),
        (
            ORDER.replace("price: 5", "price: 5.001"),
            "own.yaml:2 #/orders/0/items/0/price: `price` must be a multiple of 0.01.",
        ),
        (ORDER.replace("pending", "lost"), "own.yaml:2 #/orders/0/status: `status` must be pending, confirmed, "),
        (
            "events:\n  - {type: user_lost, resource: users/x, time: '2023-01-01'}",
            "own.yaml:2 #/events/0/type: the contract publishes no user_lost. It publishes ",
        ),
        (
            "events:\n  - {type: user_created, resource: users/x, time: '2023-01-01'}",
            "own.yaml:2 #/events/0/resource: the event is about users/x, which is not there. Write the collection, ",
        ),
        (
            "events:\n  - {type: user_created, resource: pets/x, time: '2023-01-01'}",
            "own.yaml:2 #/events/0/resource: the event is about pets/x, which is not there.",
        ),
        (
            USER + ORDER + "events:\n  - {type: order_created, resource: orders/order-7, time: '2023-01-01', "
            "data: {total_amount: -1}}",
            "own.yaml:10 #/events/0: event order_created: /data/total_amount must be at least 0 (openapi/common.yaml:",
        ),
    ],
)
def test_what_cannot_be_is_told_with_file_line_and_pointer(text: str, told: str, tmp_path: Path) -> None:
    (line,) = fails(text, tmp_path)
    assert line.startswith(told)


def test_every_fault_of_the_resources_is_told_at_once(tmp_path: Path) -> None:
    text = "users:\n  - {id: x, emall: y}\n  - {email: 7}\norders:\n  - {status: lost}\n"
    told = [line.split(" ")[:2] for line in fails(text, tmp_path)]
    assert told == [
        ["own.yaml:2", "#/users/0/id:"],
        ["own.yaml:2", "#/users/0/emall:"],
        ["own.yaml:3", "#/users/1/email:"],
        ["own.yaml:5", "#/orders/0/status:"],
    ]
