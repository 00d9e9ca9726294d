"""An imported document is judged by the contract: each place that does not fit is told, and nothing is changed then."""

import copy
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from commerce_mock.exporting import exported
from harness.lived import lived
from harness.platform import Answered, Platform
from harness.stage import Stage

Document = dict[str, Any]
Spoil = Callable[[Document], Any]


@cache
def _lived() -> Document:
    return exported(lived().platform.world)


def imported(spoil: Spoil) -> Answered:
    """What is answered to a document with something wrong in it; the world must stay as it is where it is refused."""
    document = copy.deepcopy(_lived())
    spoil(document)
    stage = Stage()
    stage.send(stage.ask("orders.create"))
    world = stage.platform.world
    before = world.store.state, world.origin, world.settings, world.journal.total, list(world.faults)
    answered = stage.platform.post("admin", "/__admin/import", document)
    if answered.status >= 400:
        after = world.store.state, world.origin, world.settings, world.journal.total - 1, list(world.faults)
        assert after == before
        assert world.store.state is before[0]
    return answered


def setting(*path: str | int, to: Any) -> Spoil:
    """Put something at a place of the document."""

    def spoil(document: Document) -> None:
        target: Any = document
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = to

    return spoil


def adding(part: str, **entry: Any) -> Spoil:
    return lambda document: document[part].append(entry)


def twice(collection: str) -> Spoil:
    return lambda document: document["resources"][collection].append(document["resources"][collection][0])


TIMER = {"due": "2026-01-01T00:00:00Z", "name": "payments.outcome", "about": "pay-1", "request_id": "req-1"}
WRONG: list[tuple[Spoil, str, str]] = [
    (setting("resources", "shoes", to=[]), "/resources/shoes", "there are orders, payments, users"),
    (setting("resources", "orders", 0, "status", to="lost"), "/resources/orders/0/status", "openapi/orders.yaml:"),
    (setting("resources", "orders", 0, "colour", to="red"), "/resources/orders/0/colour", "is no property of Order"),
    (lambda d: d["resources"]["orders"][0].pop("id"), "/resources/orders/0/id", "is required"),
    (twice("orders"), "/resources/orders/6/id", "there is one before it"),
    (
        lambda d: d["resources"]["users"][1].update(email=d["resources"]["users"][0]["email"].upper()),
        "/resources/users/1/email",
        "there is one before it",
    ),
    (setting("events", 0, "type", to="order_lost"), "/events/0/type", "is no event"),
    (setting("events", 0, "collection", to="shoes"), "/events/0/collection", "is no collection"),
    (setting("events", 0, "about", "id", to=7), "/events/0/about/id", ""),
    (setting("events", 0, "payload", to={}), "/events/0/payload/event_type", "is required"),
    (lambda d: d["events"][0].pop("about"), "/events/0/about", "is missing"),
    (
        lambda d: d["events"][0].update(received=d["events"][0]["time"]) or d["events"][0].pop("about"),
        "/events/0/about",
        "with a payload",
    ),
    (setting("events", 0, "received", to="9999-12-31T23:59:59-23:00"), "/events/0/received", "must be a time"),
    (setting("events", 1, "id", to="event-1"), "/events/1/id", "is event-1, and there is one before it"),
    (setting("events", 0, "time", to="9999-12-31T23:59:59-23:00"), "/events/0/time", "must be a time"),
    (setting("clock", "now", to="9999-12-31T23:59:59-23:00"), "/clock/now", "must be a time"),
    (adding("timers", **{**TIMER, "name": "no.timer"}), "/timers/2/name", "payments.outcome"),
    (adding("timers", **{**TIMER, "due": "9999-12-31T23:59:59-23:00"}), "/timers/2/due", "must be a time"),
    (adding("claims", name="payments.open", value="x", holder="pay-0"), "/claims/4/holder", "is nothing in payments"),
    (adding("claims", name="shoes.open", value="x", holder="pay-0"), "/claims/4/holder", "is nothing in shoes"),
    (
        adding("claims", name="payments.open", value="order-124", holder="pay-456"),
        "/claims/4/value",
        "is claimed before",
    ),
    (setting("idempotency_keys", 0, "operation", to="no.one"), "/idempotency_keys/0/operation", "is no operation"),
    (setting("idempotency_keys", 0, "status", to=299), "/idempotency_keys/0/status", "is no status of"),
    (setting("idempotency_keys", 0, "fingerprint", to="%"), "/idempotency_keys/0/fingerprint", "is not base64"),
    (
        setting("idempotency_keys", 0, "expires", to="9999-12-31T23:59:59-23:00"),
        "/idempotency_keys/0/expires",
        "must be",
    ),
    (setting("records", "/shoes", to={}), "/records/~1shoes", "is nothing that is kept here"),
    (setting("records", "/breakers", "orders", to=[]), "/records/~1breakers/orders", "must be an object"),
    (setting("records", "/breakers", "orders", to={"failures": -1}), "/records/~1breakers/orders", "from 0 on"),
    (
        setting("records", "/breakers", "orders", to={"opened": 1}),
        "/records/~1breakers/orders/opened",
        "must be a time",
    ),
    (setting("records", "/settlement", "delay", to="soon"), "/records/~1settlement/delay", "is no delay"),
    (setting("records", "/settlement", "delay", to=[1]), "/records/~1settlement/delay", "unhashable"),
    (
        setting("records", "/settlement/reads", to={"pay-1": True}),
        "/records/~1settlement~1reads/pay-1",
        "must be a number",
    ),
    (setting("logs", "/shoes", to=[]), "/logs/~1shoes", "there are /inbox"),
    (setting("logs", "/inbox", 0, to=7), "/logs/~1inbox/0", "must be an object of event and user"),
    (setting("logs", "/inbox", 0, "event", to=999), "/logs/~1inbox/0/event", "must be the number of an event"),
    (setting("logs", "/inbox", 0, "event", to="x"), "/logs/~1inbox/0/event", "must be a number"),
    (setting("logs", "/inbox", 0, "user", to=7), "/logs/~1inbox/0/user", "must be an object"),
    (setting("logs", "/inbox", 0, "user", "email", to="no"), "/logs/~1inbox/0/user/email", ""),
    (setting("faults", 0, "operation", to="shoes.*"), "/faults/0/operation", "names no operation"),
    (setting("faults", 0, "passed", to=["9999-12-31T23:59:59-23:00"]), "/faults/0/passed/0", "must be a time"),
    (lambda d: d["faults"].append(d["faults"][0]), "/faults/1/id", "is fault-1, and there is one before it"),
    (
        setting("delivery_rules", to=[{"effect": "hold", "id": "rule-1"}, {"effect": "drop", "id": "rule-1"}]),
        "/delivery_rules/1/id",
        "is rule-1, and there is one before it",
    ),
    (setting("delivery_rules", to=[{"effect": "delay", "id": "rule-1"}]), "/delivery_rules/0/delay", "is required"),
    (setting("forced", to=[{"operation": "shoes.*", "outcome": "expired"}]), "/forced/0/operation", "no operation"),
    (adding("down", service="shoes", mode="refuse"), "/down/1/service", "is no service that can be down"),
    (adding("down", service="admin", mode="refuse"), "/down/1/service", "is no service that can be down"),
]


@pytest.mark.parametrize(("spoil", "pointer", "message"), WRONG, ids=[pointer for _, pointer, _ in WRONG])
def test_what_does_not_fit_is_refused_with_its_place(spoil: Spoil, pointer: str, message: str) -> None:
    refused = imported(spoil)
    assert (refused.status, refused.code) == (422, "VALIDATION_ERROR"), refused.body
    told = {error["pointer"]: error["message"] for error in refused.json["errors"]}
    assert message in told[pointer]


def test_every_place_is_told_at_once_up_to_a_hundred() -> None:
    def spoil(document: Document) -> None:
        document["timers"] = [{**TIMER, "name": "no.timer"}] * 150
        document["clock"]["now"] = "9999-12-31T23:59:59-23:00"

    refused = imported(spoil)
    assert len(refused.pointers) == 100
    assert refused.pointers[:2] == ["/clock/now", "/timers/0/name"]
    assert "151 places" in refused.json["detail"]


NEWER = {"deliveries", "delivery_rules", "forced", "ids_given"}  # older exports have none of these


@pytest.mark.parametrize("part", sorted(_lived()))
def test_no_part_may_be_missing_and_none_be_of_another_kind(part: str) -> None:
    assert (f"/{part}" in imported(lambda document: document.pop(part)).pointers) == (part not in NEWER)
    refused = imported(setting(part, to=None))
    assert f"/{part}" in refused.pointers


def test_a_private_part_that_is_no_such_thing_is_refused() -> None:
    refused = imported(setting("events", 0, "about", "private", to={"verification_token": ["x"]}))
    assert "/events/0/about/private" in refused.pointers


def test_a_document_of_another_contract_is_told_what_is_not_there() -> None:
    platform = Platform(scenario="demo")
    document = platform.get("admin", "/__admin/export").json
    document["contract"]["hash"] = "of another one"
    assert platform.post("admin", "/__admin/import", document).status == 200
