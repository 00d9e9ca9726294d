"""The canary: passwords, cards, their cvv and tokens go through every call that takes them, and sing nowhere."""

import html
import json
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

import anyio
import pytest
from pydantic import SecretStr

from commerce_sdk import ApiError, AsyncCommerce, Commerce, CommerceError, Response, errors
from commerce_testing import CommerceMock
from harness.server import Served, served
from sdk.canary import BY_CARD, CARD, CVV, DECLINED, PASSWORD, PAYING, TOKEN, VERIFICATION, WHO, Cage, watched
from sdk.scripted import AsyncScriptedTransport, ScriptedClock, ScriptedTransport
from sdk.wire import HANGS_UP, SILENCE, Says, answer, nobody, serving

Client = Commerce | AsyncCommerce
SECRET_CALLS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("users.create", {**WHO, "password": PASSWORD}),
    ("users.create", {**WHO, "password": SecretStr(PASSWORD)}),
    ("users.create", {**WHO, "password": PASSWORD.encode()}),
    ("users.verify", {"user_id": "u-1", "verification_token": VERIFICATION}),
    ("payments.create", PAYING),
)
every_way: Final = pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])


@pytest.fixture
def cage() -> Iterator[Cage]:
    with watched() as made:
        yield made


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with served() as mock:
        yield mock


def _urls(url: str | Mapping[str, str]) -> dict[str, str]:
    services = ("users", "orders", "payments", "notifications")
    return {f"{name}_url": url if isinstance(url, str) else url[name] for name in services}


def _client(cage: Cage, is_async: bool, **settings: Any) -> Client:  # noqa: FBT001 - named by the parametrisation
    return cage.async_commerce(**settings) if is_async else cage.commerce(**settings)


def _run(work: Callable[[], Awaitable[None]]) -> None:
    anyio.run(work)


async def _live(cage: Cage, client: Client, name: str) -> None:
    """A day with every secret, good and bad: all operations that take one succeed and are refused."""
    who = {**WHO, "email": f"{name}@example.com", "username": name}
    user = await cage.ask(client, "users.create", **who, password=PASSWORD)
    assert user.username == name
    assert isinstance(await cage.ask(client, "users.create", **who, password=PASSWORD), ApiError)
    refused = await cage.ask(client, "users.verify", user_id=user.id, verification_token=VERIFICATION)
    assert isinstance(refused, errors.InvalidVerificationToken)
    short = await cage.ask(client, "users.create", **{**WHO, "email": "x"}, password=PASSWORD)
    assert isinstance(short, errors.ValidationError)
    item = {"product_id": "p", "quantity": 1, "price": "5.00"}
    order = await cage.ask(client, "orders.create", user_id=user.id, items=[item])
    paying = {**PAYING, "user_id": user.id, "order_id": order.id, "amount": order.total_amount}
    for changed in ({"card_number": DECLINED}, {"card_number": CARD + "0"}, {"cvv": CVV * 2}, {"cvv": "x" + CVV}):
        declined = await cage.ask(client, "payments.create", **{**paying, "payment_method": {**BY_CARD, **changed}})
        assert isinstance(declined, errors.InvalidPaymentMethod)
    # A kind of the future, and one that takes no card and gets one all the same.
    unknown = {"type": "store_card", "cardNumber": CARD, "cvv": CVV, "pin": [CVV]}
    assert isinstance(await cage.ask(client, "payments.create", **{**paying, "payment_method": unknown}), ApiError)
    paid = await cage.ask(client, "payments.create", **paying)
    assert paid.payment_method.last4 == CARD[-4:]
    cage.secrets.discard(DECLINED)  # its last digits are shown as they are


def test_a_day_in_process_tells_no_secret(cage: Cage, commerce_mock: CommerceMock) -> None:
    token = commerce_mock.token(role="service")
    cage.secrets.add(token)
    mailed: list[str] = []

    async def live() -> None:
        for client in (
            cage.commerce(transport=commerce_mock.transport, clock=commerce_mock.clock, token=token),
            cage.async_commerce(
                transport=commerce_mock.async_transport, clock=commerce_mock.clock, token=lambda: token
            ),
        ):
            await _live(cage, client, "ann")
            mailed.append(commerce_mock.inbox[0]["text"].rpartition(" ")[2])
            cage.secrets.add(mailed[-1])
            user_id = commerce_mock.inbox[0]["user_id"]
            verified = await cage.ask(client, "users.verify", user_id=user_id, verification_token=mailed[-1])
            assert verified.is_verified
            commerce_mock.reset()

    _run(live)
    assert {"log", "messages", "answers", "models", "errors", "tracebacks", "pickles", "clients"} <= cage.sinks.keys()


@every_way
def test_a_day_over_http_tells_no_secret(cage: Cage, server: Served, is_async: bool) -> None:  # noqa: FBT001 - named by the parametrisation
    token = server.token("00000000-0000-4000-8000-000000000000", "service")
    cage.secrets.add(token)

    async def live() -> None:
        client = _client(cage, is_async, token=SecretStr(token), max_retries=0, **_urls(server.urls))
        if isinstance(client, AsyncCommerce):
            async with client:
                await _live(cage, client, f"ann-{is_async}")
        else:
            with client:
                await _live(cage, client, f"ann-{is_async}")

    _run(live)
    assert any(text.startswith("httpcore") for text in cage.sinks["log"]), "the transport's own log was not heard"


# What a careless service says about what it was sent.
SENT: Final = {"password": PASSWORD, "verification_token": VERIFICATION, "cardNumber": CARD, "cvv": CVV, "auth": TOKEN}
LINES: Final = "\n".join(f"{name}: {value};" for name, value in SENT.items())
ECHOES: Final[dict[str, bytes]] = {
    "FastAPI": json.dumps(
        {"detail": [{"loc": ["body", n], "msg": f"bad {v}", "input": v} for n, v in SENT.items()]}
    ).encode(),
    "FastAPI, all of it": json.dumps({"detail": [{"loc": ["body"], "msg": "extra", "input": SENT}]}).encode(),
    "RFC 9457": json.dumps({"code": CARD, "title": TOKEN, "detail": LINES, "instance": f"/x/{VERIFICATION}"}).encode(),
    "names": json.dumps({"error": {value: {value: 1} for value in SENT.values()}}).encode(),
    "numbers": f'{{"detail":"bad","got":[{CARD},{CVV},{{"a":{CARD}}}]}}'.encode(),
    "text": LINES.encode(),
    "HTML": f"<title>{html.escape(LINES)}</title><pre>{html.escape(json.dumps(SENT))}</pre>".encode(),
    "JSON, cut short": json.dumps({"body": SENT, "rest": "x" * 9})[:-4].encode(),
    "JSON in JSON": json.dumps({"detail": "see body", "body": json.dumps(SENT)}).encode(),
    "JSON in JSON, not ASCII": json.dumps({"detail": json.dumps(SENT, ensure_ascii=False)}).encode(),
    "a form": "&".join(f"{name}={quote(value, safe='')}" for name, value in SENT.items()).encode(),
    "repr": f"ValueError: {SENT!r}".encode(),
}


def _echoing(status: int, body: bytes) -> Response:
    headers = {"content-type": "application/json", "x-echo": f"Bearer {TOKEN}", "set-cookie": f"card={CARD}; cvv={CVV}"}
    return Response(status, headers, body)


@every_way
@pytest.mark.parametrize("status", [200, 201, 400, 401, 403, 404, 409, 422, 500, 503])
def test_a_service_that_repeats_what_it_was_sent_is_not_repeated(cage: Cage, status: int, is_async: bool) -> None:  # noqa: FBT001 - named by the parametrisation
    async def ask_all() -> None:
        for body in ECHOES.values():
            for name, given in SECRET_CALLS:
                kind = AsyncScriptedTransport if is_async else ScriptedTransport
                transport = kind(*[_echoing(status, body)] * 3)
                client = _client(cage, is_async, transport=transport, clock=ScriptedClock(), token=TOKEN)
                # Each knows only its own secrets: those of the others are no secrets to it.
                cage.secrets = set(_sent_by(name))
                failed = await cage.ask(client, name, **given)
                assert isinstance(failed, CommerceError)
                cage.silent()
                cage.sinks.clear()
                cage.spans.clear()

    _run(ask_all)
    cage.note("log", "each was searched")


def _sent_by(name: str) -> set[str]:
    own = {"users.create": {PASSWORD}, "users.verify": {VERIFICATION, TOKEN}, "payments.create": {CARD, CVV, TOKEN}}
    return own[name]


@every_way
@pytest.mark.parametrize("says", [HANGS_UP, SILENCE, answer(b"x" * 9, "Content-Encoding: gzip"), Says(b"HTTP/1.1 2")])
def test_a_broken_exchange_tells_no_secret(cage: Cage, says: Says, is_async: bool) -> None:  # noqa: FBT001 - named by the parametrisation
    async def ask_all() -> None:
        with serving(says) as wire:
            for url in (wire.url, f"http://127.0.0.1:{nobody()}"):
                client = _client(cage, is_async, token=TOKEN, max_retries=0, timeout=0.05, **_urls(url))
                for name, given in SECRET_CALLS:
                    failed = await cage.ask(client, name, **given)
                    assert isinstance(failed, errors.TransportError)
                await client.aclose() if isinstance(client, AsyncCommerce) else client.close()

    _run(ask_all)


BAD_CALLS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("users.create", {**WHO, "password": int(CARD)}),
    ("users.create", {**WHO, "password": [PASSWORD]}),
    ("users.create", {**WHO, "password": PASSWORD, "email": {PASSWORD: PASSWORD}}),
    ("users.verify", {"user_id": "u-1", "verification_token": {"token": VERIFICATION}}),
    ("users.verify", {"user_id": "..", "verification_token": VERIFICATION}),
    ("payments.create", {**PAYING, "payment_method": CARD}),
    ("payments.create", {**PAYING, "payment_method": [BY_CARD]}),
    ("payments.create", {**PAYING, "payment_method": {**BY_CARD, "card_number": int(CARD), "cvv": int(CVV)}}),
    ("payments.create", {**PAYING, "payment_method": {**BY_CARD, "expiry_month": {"cvv": CVV, "card": CARD}}}),
    ("payments.create", {**PAYING, "payment_method": {"type": [CARD]}}),
    ("payments.create", {**PAYING, "payment_method": {"type": "new", "card": object(), "number": CARD}}),
    ("payments.create", {**PAYING, "payment_method": {"type": "new", "numbers": {1: CARD}}}),
    ("payments.create", {**PAYING, "payment_method": {"type": "new", "number": CARD, "worth": float("nan")}}),
    ("payments.create", {**PAYING, "amount": float(CARD)}),
    ("payments.create", {**PAYING, "amount": CARD + "x"}),
    ("payments.create", {**PAYING, "idempotency_key": f"{TOKEN}\n"}),
    ("payments.create", {**PAYING, "headers": {"Authorization": f"Bearer {TOKEN}\r\nX: y"}}),
)


@every_way
@pytest.mark.parametrize(("name", "given"), BAD_CALLS)
def test_arguments_that_are_refused_are_not_repeated(
    cage: Cage,
    name: str,
    given: dict[str, Any],
    is_async: bool,  # noqa: FBT001 - named by the parametrisation
) -> None:
    async def ask() -> None:
        client = _client(cage, is_async, token=TOKEN, transport=ScriptedTransport())
        assert isinstance(await cage.ask(client, name, **given), errors.InvalidRequestError)

    _run(ask)


@every_way
@pytest.mark.parametrize("given", [TOKEN.encode(), int(CARD), [TOKEN], f"{TOKEN}\r\nX-Evil: 1", "", None, f"{TOKEN}ä"])
def test_a_provider_that_gives_no_token_is_not_quoted(cage: Cage, given: Any, is_async: bool) -> None:  # noqa: FBT001 - named by the parametrisation
    async def ask() -> None:
        client = _client(cage, is_async, token=lambda: given, transport=ScriptedTransport())
        failed = await cage.ask(client, "users.verify", user_id="u-1", verification_token=VERIFICATION)
        assert isinstance(failed, errors.InvalidRequestError)

    _run(ask)


def test_authorization_that_the_caller_brings_is_a_secret_too(cage: Cage) -> None:
    async def ask() -> None:
        bring = {"Authorization": f"Bearer {TOKEN}"}
        for settings, options in (({"headers": bring}, {}), ({}, {"headers": bring})):
            transport = ScriptedTransport(_echoing(401, LINES.encode()))
            cage.secrets = {TOKEN}
            client = cage.commerce(transport=transport, **settings)
            assert isinstance(await cage.ask(client, "orders.get", order_id="order-1", **options), ApiError)
            assert transport.requests[0].headers["Authorization"] == bring["Authorization"]

    _run(ask)


def test_the_cage_hears_a_canary_that_sings() -> None:
    with pytest.raises(AssertionError, match="is in log"), watched():
        logging.getLogger("any.logger").debug("a log with %s", CARD)
    for raw in ({"password": PASSWORD}, f"cvv={CVV};", json.dumps(PASSWORD)):
        with pytest.raises(AssertionError, match=r"is in (errors|tracebacks|pickles)"), watched() as cage:
            cage.note_error(CommerceError("failed", raw=raw))
    with pytest.raises(AssertionError, match="is in pickles"), watched() as cage:
        cage.note("pickles", TOKEN.encode())
    with pytest.raises(AssertionError, match="nothing was heard"), watched():
        pass
