"""Notifications: every event becomes one mail to the user whom it concerns."""

import shutil
from pathlib import Path

import pytest

from commerce_mock.services.notifications import MAILS
from commerce_mock.services.notifications import ON as REACTIONS
from commerce_mock.stored import Stored
from harness.platform import Member, Platform, contract
from harness.stage import NOBODY

NOTES = Path(__file__).parents[1] / "notes"
TEXTS = {
    "user_created": ("Verify your account", "Welcome, Ann! Your verification token is "),
    "user_verified": ("Your account is verified", "Thank you, Ann."),
    "order_created": ("We received your order order-1", "It comes to 75.50."),
    "order_confirmed": ("Your order order-1 is confirmed", "We are getting it ready."),
    "payment_completed": ("We received your payment pay-2", "75.50 USD for order-1."),
    "payment_failed": ("Your payment pay-1 failed", "Insufficient funds. You can pay order-1 again."),
}


def checkout(platform: Platform) -> Member:
    """A user's way through a failing and a completed payment: all six events."""
    ann = platform.register()
    order = platform.order(ann, 75.5)
    platform.pay(ann, order, "4000000000000341")
    platform.advance(1)
    platform.pay(ann, order)
    platform.advance(1)
    return ann


def test_there_is_a_mail_for_every_event_of_the_contract() -> None:
    assert set(MAILS) == set(REACTIONS) == set(contract().events) == set(TEXTS)


@pytest.mark.parametrize("event_type", TEXTS)
def test_an_event_becomes_a_mail_that_says_what_happened(event_type: str) -> None:
    platform = Platform()
    ann = checkout(platform)
    (mail,) = (mail for mail in platform.inbox(ann) if mail["event_type"] == event_type)
    (event,) = (event for event in platform.events() if event["type"] == event_type)
    subject, text = TEXTS[event_type]
    assert (mail["subject"], mail["to"], mail["channel"]) == (subject, ann.email, "email")
    assert mail["text"].startswith(text)
    assert (mail["event_id"], mail["created_at"], mail["user_id"]) == (event["id"], event["time"], ann.id)


def test_notifications_are_numbered_in_the_order_of_the_events() -> None:
    platform = Platform()
    checkout(platform)
    mails = platform.inbox()[::-1]
    assert [mail["id"] for mail in mails] == [f"notification-{number}" for number in range(1, 7)]
    assert [mail["event_id"] for mail in mails] == [event["id"] for event in platform.events()]


def test_only_the_verification_mail_has_the_token() -> None:
    platform = Platform()
    ann = checkout(platform)
    token = platform.mailed_token(ann)
    assert len(token) == 24
    assert [mail["event_type"] for mail in platform.inbox() if token in mail["text"]] == ["user_created"]


def test_a_user_reads_only_their_own_mail_by_the_filter() -> None:
    platform = Platform()
    ann, bob = platform.register("ann"), platform.register("bob")
    assert {mail["to"] for mail in platform.inbox(bob)} == {bob.email}
    assert len(platform.inbox()) == 2
    assert {mail["to"] for mail in platform.inbox(ann)} == {ann.email}


@pytest.mark.parametrize("user", [NOBODY, ""])
def test_an_event_about_nobody_known_is_told_to_nobody_and_harms_nobody(
    user: str, caplog: pytest.LogCaptureFixture
) -> None:
    platform = Platform()
    order = platform.order(platform.register())
    with platform.world.transaction("test") as tx:
        known = tx.get("orders", order["id"])
        assert known is not None
        encoded, _, state, hidden = known.row
        tx.emit("order_confirmed", Stored(known.resource, (encoded, user, state, hidden)))
    platform.world.deliver(tx.emitted)
    assert [mail["event_type"] for mail in platform.inbox()] == ["order_created", "user_created"]
    assert [event["type"] for event in platform.events()][2:] == ["order_confirmed"]
    assert caplog.records == []


def test_what_was_mailed_can_be_read_though_another_contract_is_served_now() -> None:
    platform = Platform(judged=False)
    platform.register()
    mails = platform.inbox()
    platform.engine.replace_contract(contract(NOTES))
    assert "users" not in platform.world.behaviour.resources
    assert platform.inbox() == mails
    assert [event["type"] for event in platform.events()] == ["user_created"]


def test_what_comes_from_outside_and_says_too_little_for_a_mail_spoils_no_inbox(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for documents in ("openapi", "asyncapi"):
        shutil.copytree(contract().root / documents, tmp_path / documents)
    payments = tmp_path / "asyncapi" / "payments.yaml"
    asked_less = payments.read_text().replace("required: [reason, error_code, failed_at]", "required: [error_code]")
    payments.write_text(asked_less)
    platform = Platform(tmp_path, scenario="demo", judged=False)
    before = platform.inbox()
    data = {"error_code": "NO"}
    body = {"type": "payment_failed", "payload": {"payment_id": "p", "order_id": "order-124", "data": data}}
    assert platform.post("admin", "/__admin/events/emit", body).status == 201
    assert platform.inbox() == before
    assert "the reaction of notifications to event-" in caplog.text
