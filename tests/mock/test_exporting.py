"""A world as one document, which begins another world that cannot be told from the first."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from commerce_mock.exporting import contract_hash, exported
from harness.lived import lived
from harness.platform import GOOD_CARD, PASSWORD, Answered, Platform, contract
from harness.stage import BODIES, CARD, JOHN, STUCK_CARD, Stage

TIMING = "server-timing"
Requests = Callable[[Stage], list[Answered]]


def goes_on(stage: Stage) -> list[Answered]:
    """What is done in both worlds, with all that it answers."""
    platform = stage.platform
    answers = [platform.post("users", "/api/users", BODIES["users.create"])]
    platform.switch("orders", up=True)
    answers += [
        stage.send(stage.ask(name))
        for name in ("orders.create", "orders.list_for_user", "payments.list_for_user", "users.events")
    ]
    order = answers[1].json
    answers.append(platform.pay(stage.john, order))
    answers += [platform.get("payments", f"/api/payments/{answers[-1].json['id']}", stage.john.token) for _ in range(3)]
    keyed = stage.ask("orders.create").but(headers={"Idempotency-Key": "order-key"})
    answers += [stage.send(keyed), stage.send(keyed.with_body(items=BODIES["orders.create"]["items"] * 2))]
    platform.advance(3600)
    answers += [platform.get("payments", "/api/circuit-breaker/status"), platform.get("admin", "/__admin/timers")]
    answers += [platform.get("admin", f"/__admin/{path}?limit=100") for path in ("events", "inbox", "requests")]
    return answers


def told(answer: Answered) -> Any:
    """An answer without what was measured."""
    headers = {name: value for name, value in answer.headers.items() if name != TIMING}
    if answer.body.startswith(b'{"requests":'):
        newest = [{**entry, "duration_ms": 0} for entry in answer.json["requests"]][:12]
        return answer.status, headers.keys(), newest
    return answer.status, headers, answer.body


@pytest.mark.parametrize("scenario_seed", [0, 7])
def test_an_imported_world_goes_on_to_the_byte_as_the_exported_one_does(scenario_seed: int) -> None:
    source, target = lived(seed=3), Stage(seed=scenario_seed)
    document = source.platform.get("admin", "/__admin/export")
    target.platform.register("whoever")
    imported = target.platform.post("admin", "/__admin/import", document.json)
    assert imported.status == 200, imported.body
    again = exported(target.platform.world)
    assert again["requests"] == document.json["requests"] + 1
    assert {**again, "requests": 0} == {**document.json, "requests": 0}
    for one, other in zip(goes_on(source), goes_on(target), strict=True):
        assert told(one) == told(other)


def test_a_reset_returns_to_what_was_imported() -> None:
    source, target = lived(), Stage()
    document = source.platform.get("admin", "/__admin/export").json
    target.platform.post("admin", "/__admin/import", document)
    platform = target.platform
    state = platform.world.store.state
    target.send(target.ask("orders.create"))
    platform.post("admin", "/__admin/reset")
    assert platform.world.store.state is state
    assert len(platform.world.faults) == 1


def test_a_world_that_is_named_first_after_an_import_begins_with_it() -> None:
    target = Stage()
    document = target.platform.get("admin", "/__admin/export").json
    document["clock"]["now"] = "2030-01-01T00:00:00Z"
    target.platform.post("admin", "/__admin/import", document)
    assert target.platform.engine.worlds.began == target.platform.world.clock.now() == 1_893_456_000_000


def test_an_export_is_the_same_text_for_the_same_world() -> None:
    one, other = (lived().platform.get("admin", "/__admin/export").body for _ in range(2))
    assert one == other
    assert json.loads(one)["contract"] == {
        "hash": contract_hash(contract()),
        "services": {name: service.version for name, service in contract().services.items()},
    }


def test_no_secret_of_a_request_is_in_an_export_nor_anything_that_it_could_be_guessed_from() -> None:
    document = lived().platform.get("admin", "/__admin/export")
    for secret in (
        PASSWORD,
        "password123",
        "password456",
        BODIES["users.create"]["password"],
        GOOD_CARD,
        STUCK_CARD,
        CARD["cvv"].join('""'),
    ):
        assert secret not in document.body.decode()
    keys = {kept["key"]: kept for kept in document.json["idempotency_keys"]}
    assert "fingerprint" in keys["order-key"]
    assert "fingerprint" not in keys["pay-key"]


def test_the_first_answer_to_a_request_with_secrets_is_given_again_after_an_import() -> None:
    source, target = lived(), Stage()
    target.platform.post("admin", "/__admin/import", source.platform.get("admin", "/__admin/export").json)
    kept = next(r for r in exported(source.platform.world)["idempotency_keys"] if r["key"] == "pay-key")
    member = kept["caller"]
    body = {**BODIES["payments.create"], "orderId": json.loads(kept["body"])["orderId"], "userId": member, "amount": 10}
    token = target.platform.token(member)
    target.platform.switch("orders", up=True)
    again = target.platform.send("payments", "POST", "/api/payments", body, token, {"Idempotency-Key": "pay-key"})
    assert (again.status, again.body.decode(), again.headers["idempotent-replayed"]) == (201, kept["body"], "true")


def test_what_a_service_remembers_without_saying_how_it_is_written_is_a_loud_failure() -> None:
    platform = Platform()
    with platform.world.transaction("test") as tx:
        tx.store.remember("/unheard-of", "key", 1)
    with pytest.raises(LookupError, match="/unheard-of"):
        exported(platform.world)


def test_johns_resources_keep_their_order_and_owner() -> None:
    source, target = lived(), Stage()
    target.platform.post("admin", "/__admin/import", source.platform.get("admin", "/__admin/export").json)
    for owner in (JOHN, ""):
        rows = [list(each.platform.world.store.begin().newest("orders", owner)) for each in (source, target)]
        assert rows[0] == rows[1]


def test_events_from_outside_go_with_it_as_they_came() -> None:
    source, target = Stage(), Stage()
    paid = {
        "payment_id": "pay-9", "order_id": "order-124", "user_id": JOHN, "more": [1],
        "data": {"amount": 40.25, "currency": "USD", "transaction_id": "t", "completed_at": "2026-01-01T00:00:00Z"},
    }  # fmt: skip
    verified = {"user_id": JOHN, "data": {"verified_at": "2026-01-01T00:00:00Z"}}
    for body in (
        {"type": "payment_completed", "payload": paid, "id": "from/there", "source": "https://pay.example/"},
        {"type": "user_verified", "payload": verified, "time": "2020-01-01T00:00:00Z", "publish": False},
    ):
        assert source.platform.post("admin", "/__admin/events/emit", body).status == 201
    document = exported(source.platform.world)
    assert target.platform.post("admin", "/__admin/import", document).status == 200
    assert {**exported(target.platform.world), "requests": 0} == {**document, "requests": 0}
    for path in ("events", "inbox"):
        assert target.platform.get("admin", f"/__admin/{path}?limit=100").body == (
            source.platform.get("admin", f"/__admin/{path}?limit=100").body
        )
    again = {"type": "payment_completed", "payload": {}, "id": "from/there"}
    assert target.platform.post("admin", "/__admin/events/emit", again).status == 200
