"""An event delivered once more: to whom it went or who is named, under the same id, now."""

from typing import Any

import pytest

from commerce_mock.events import Emitted
from harness.platform import Answered, Platform


class Broker:
    """An outbox that keeps what it gets."""

    def __init__(self) -> None:
        self.got: list[str] = []

    def append(self, _world: str, event: Emitted) -> None:
        self.got.append(event.id)


def again(platform: Platform, identifier: str, *receivers: str) -> Answered:
    body: Any = {"receivers": list(receivers)} if receivers else None
    return platform.post("admin", f"/__admin/events/{identifier}/redeliver", body)


def completed(platform: Platform) -> str:
    (found,) = (event["id"] for event in platform.events() if event["type"] == "payment_completed")
    return str(found)


def test_all_that_it_went_to_hear_it_again() -> None:
    platform = Platform()
    member = platform.register()
    platform.paid(member)
    before, mails = platform.events(), len(platform.inbox(member))
    done = again(platform, completed(platform))
    assert done.status == 200
    assert done.json == {"event_id": "event-3", "receivers": ["users", "orders", "notifications"], "events": []}
    assert platform.events() == before  # orders and users do not mind
    assert [mail["event_id"] for mail in platform.inbox(member)][: len(platform.inbox(member)) - mails] == ["event-3"]


def test_what_it_causes_happens_now_and_is_told() -> None:
    platform = Platform()
    member = platform.register()
    order = platform.order(member)
    reactions = platform.world.behaviour.reactions["payment_completed"]
    confirm = reactions.pop("orders")
    platform.pay(member, order)
    platform.advance(1)
    assert platform.read_order(order["id"])["status"] == "pending"
    reactions["orders"] = confirm
    platform.advance(60)
    done = again(platform, completed(platform), "orders").json
    assert done["receivers"] == ["orders"]
    assert [(event["type"], event["time"]) for event in done["events"]] == [("order_confirmed", "2026-01-01T00:01:01Z")]
    assert done["events"] == platform.events()[-1:]
    assert done["events"][0]["correlation_id"] == platform.events()[2]["correlation_id"]
    assert platform.read_order(order["id"])["updatedAt"] == "2026-01-01T00:01:01Z"


def test_brokers_get_it_under_the_same_id() -> None:
    platform = Platform()
    platform.register()
    platform.world.outbox = broker = Broker()
    assert again(platform, "event-1", "brokers").json == {"event_id": "event-1", "receivers": ["brokers"], "events": []}
    assert again(platform, "event-1").json["receivers"] == ["brokers", "notifications"]
    assert broker.got == ["event-1", "event-1"]


def test_what_came_from_a_broker_goes_there_again_only_when_it_is_named() -> None:
    platform = Platform()
    payload = {
        "user_id": "00000000-0000-4000-8000-000000000009",
        "data": {"verified_at": "2026-01-01T00:00:00Z"},
    }
    body = {"type": "user_verified", "payload": payload, "id": "a/b 1", "publish": False}
    assert platform.post("admin", "/__admin/events/emit", body).status == 201
    platform.world.outbox = broker = Broker()
    assert again(platform, "a%2Fb%201").json["receivers"] == ["notifications"]
    assert broker.got == []
    assert again(platform, "a%2Fb%201", "brokers").status == 200
    assert broker.got == ["a/b 1"]


@pytest.mark.parametrize(
    ("receivers", "pointers", "message"),
    [
        (["orders"], ["/receivers/0"], "does not hear of user_created: notifications"),
        (["notifications", "nobody"], ["/receivers/1"], "does not hear of user_created"),
        (["brokers"], ["/receivers/0"], "--events"),
        (["notifications", "notifications"], ["/receivers"], ""),
    ],
)
def test_who_does_not_hear_of_it_is_refused(receivers: list[str], pointers: list[str], message: str) -> None:
    platform = Platform()
    member = platform.register()
    refused = again(platform, "event-1", *receivers)
    assert (refused.status, refused.pointers) == (422, pointers)
    assert message in refused.json["errors"][0]["message"]
    assert len(platform.inbox(member)) == 1


@pytest.mark.parametrize("identifier", ["event-0", "event-2", "event-01", "event-99999999999999999999", "x", "%00"])
def test_an_event_that_is_not_there_is_not_found(identifier: str) -> None:
    platform = Platform()
    platform.register()
    missing = again(platform, identifier)
    assert (missing.status, missing.code) in {(404, "NOT_FOUND"), (400, "BAD_REQUEST")}


def test_the_number_of_an_event_that_has_an_id_of_its_own_is_no_id() -> None:
    platform = Platform()
    payload = {"user_id": "00000000-0000-4000-8000-000000000009", "data": {"verified_at": "2026-01-01T00:00:00Z"}}
    body = {"type": "user_verified", "payload": payload, "id": "mine"}
    assert platform.post("admin", "/__admin/events/emit", body).status == 201
    assert again(platform, "event-1").status == 404
    assert again(platform, "mine").status == 200
