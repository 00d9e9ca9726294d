"""What is taken out of what others said, and what models and events show of themselves."""

import json
from collections.abc import Iterator
from typing import Any

import anyio
import pytest
from pydantic import SecretStr

from commerce_sdk import CommerceError, errors, events
from commerce_sdk._generated.models.payments import CardPaymentMethod, CreatePayment
from commerce_sdk._generated.models.users import CreateUser, VerifyUser
from commerce_sdk._message import Response
from commerce_sdk._secrecy import hide, secrets_of
from sdk.canary import BY_CARD, CARD, CVV, PASSWORD, PAYING, TOKEN, VERIFICATION, WHO, Cage, watched
from sdk.scripted import ScriptedTransport


@pytest.fixture
def cage() -> Iterator[Cage]:
    with watched() as made:
        yield made


def test_models_hide_what_they_hold(cage: Cage) -> None:
    by_account = {"type": "paypal", "cardNumber": CARD, "cvv": CVV}
    hidden = [
        CreateUser(**WHO, password=SecretStr(PASSWORD)),
        VerifyUser(verification_token=SecretStr(VERIFICATION)),
        CreatePayment.model_validate(PAYING),
    ]
    for model in hidden:
        cage.note_model(model)
        cage.note("models", repr(model.to_wire()))
    # What nobody has declared may be anything: it is sent and kept, and not shown.
    for method in ({"type": "new", "number": CARD, "deep": {"cvv": CVV}}, by_account, {**BY_CARD, "pin": CVV}):
        model = CreatePayment.model_validate({**PAYING, "payment_method": method})
        cage.note("models", repr(model), str(model), repr(model.payment_method), f"{[model.payment_method]}")
    assert "paypal" in "".join(cage.sinks["models"])


def test_a_secret_that_is_put_into_a_model_later_is_hidden_too(cage: Cage) -> None:
    async def ask() -> None:
        client = cage.commerce(
            transport=ScriptedTransport(Response(422, {}, f"bad: {CARD}, {CVV}".encode())), token="t-1", max_retries=0
        )
        method = CardPaymentMethod.model_validate(BY_CARD)
        method.cvv = CVV  # type: ignore[assignment]  # what a careless caller does
        cage.note_model(method)
        careless = method.model_copy(update={"card_number": CARD})
        cage.secrets = {CARD, CVV}
        failed = await cage.ask(client, "payments.create", **{**PAYING, "payment_method": careless})
        assert isinstance(failed, CommerceError)

    anyio.run(ask)


def test_events_with_secrets_in_new_places_show_none(cage: Cage) -> None:
    data = {"email": "a@b.example", "username": "a", "created_at": "2026-01-01T00:00:00Z", "reset_token": TOKEN}
    known = events.parse({"event_type": "user_created", "user_id": "u-1", "data": data, "card": CARD})
    unknown = events.parse({"event_type": "card_added", "data": {"number": CARD, "cvv": CVV}, "token": TOKEN})
    cage.note("models", repr(known), str(known), repr(unknown), str(unknown))
    for message in (
        f'{{"event_type":"user_created","data":"{PASSWORD}"',
        json.dumps({"event_type": "user_created", "user_id": 7, "data": {"reset_token": TOKEN}}),
        json.dumps([TOKEN]),
        TOKEN.encode() + b"\xff",
    ):
        with pytest.raises(errors.InvalidEventError) as raised:
            events.parse(message)
        # `raw` is what the caller gave, for whoever wants to put it aside.
        cage.note("errors", repr(raised.value), str(raised.value), repr(raised.value.args))


def test_a_short_secret_hides_no_part_of_a_number_or_word() -> None:
    said = {"text": "cvv 123, order-123, 1.123, 123.45, 123,45, x123, 123x. (123) 123.", "n": 1234, "s": "9", "t": "a9"}
    hidden = hide({**said, "cvv": 123, "yes": True}, frozenset({"123", "9", "True"}))
    assert hidden["text"] == "cvv *, order-123, 1.123, 123.45, 123,45, x123, 123x. (*) *.".replace("*", "*" * 10)
    assert (hidden["n"], hidden["s"], hidden["t"], hidden["cvv"], hidden["yes"]) == (
        1234,
        "*" * 10,
        "a9",
        "*" * 10,
        True,
    )


def test_what_nobody_declared_is_a_secret_of_the_request_unless_it_is_too_short() -> None:
    method = {"type": "new", "number": int(CARD), "list": ["pin-1", {"deep": (CVV, None, True)}], "x": "ab"}
    model = CreatePayment.model_validate({**PAYING, "payment_method": method})
    assert set(secrets_of(model)) == {CARD, "pin-1", CVV}
    assert set(secrets_of({"many": [model]})) == {CARD, "pin-1", CVV}


def test_what_is_nested_beyond_all_sense_is_cut_off() -> None:
    deep: Any = "s3cret"
    for _ in range(5000):
        deep = [deep]
    cut = hide(deep, frozenset())
    levels = 0
    while isinstance(cut, list):
        (cut,) = cut
        levels += 1
    assert (levels, cut) == (100, "...")
