"""The canary: a password, a card, its cvv, a bearer token and a verification token sing in no sink."""

import logging
import re
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

import orjson
import pytest

from commerce_mock.auth import Caller
from commerce_mock.call import Answer, Call
from commerce_mock.http import pages
from commerce_mock.idempotency import Record
from commerce_mock.journal import Entry
from commerce_mock.problems import Problem
from commerce_mock.scenario import Scenario
from commerce_mock.settings import Settings
from commerce_mock.store.memory import MemoryStore
from commerce_mock.transaction import Breach, Transaction
from commerce_mock.wire import Request, Response
from harness.platform import Answered, Platform

PASSWORD = "canary-Pässw0rd-\"'\\-tail"
CARD, DECLINED, FAILS, BAD = "4929123456781111", "4000000000000002", "4000000000000341", "4929123456781112"
CVV = "9731"
SECRET = "canary-signing-secret-of-this-test-alone"
MONTH = {"expiryMonth": "12", "expiryYear": "2025"}


@dataclass
class Cage:
    """A mock whose every sink is watched; `secrets` must be in none of them."""

    platform: Platform = field(default_factory=lambda: Platform(judged=False, jwt_secret=SECRET))
    secrets: set[str] = field(default_factory=lambda: {PASSWORD, CARD, DECLINED, FAILS, BAD, CVV, SECRET})
    sinks: dict[str, list[str]] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)

    def note(self, sink: str, said: object) -> None:
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        self.sinks.setdefault(sink, []).append(text)

    def ask(self, service: str | None, method: str, path: str, body: Any = None, token: str | None = None) -> Answered:
        if token is not None:
            self.secrets.add(token)
        answer = self.platform.send(service, method, path, body, token)
        self.note("answers", answer.body)
        self.note("answers", answer.headers)
        return answer

    def silent(self) -> None:
        """Fail where a secret is in a sink, in any form in which text is written down."""
        assert all(self.sinks.values())
        for secret in self.secrets:
            forms = {secret, repr(secret)[1:-1], repr(secret.encode())[2:-1], orjson.dumps(secret).decode()[1:-1]}
            for sink, texts in self.sinks.items():
                for text in texts:
                    found = [form for form in forms if _tells(text, form)]
                    assert not found, f"{secret} is in {sink}: {text[:2000]}"


def _tells(text: str, secret: str) -> bool:
    """Whether the text has the secret; a few digits count only as a number of their own, not inside a duration."""
    if len(secret) > len(CVV):
        return secret in text
    return re.search(rf"(?<![0-9.]){re.escape(secret)}(?![0-9])", text) is not None


@pytest.fixture
def cage(caplog: pytest.LogCaptureFixture) -> Iterator[Cage]:
    made = Cage()
    caplog.set_level(logging.DEBUG)
    made.platform.engine.on_answer = lambda entry: made.note("what --log is told", entry)
    made.secrets.add(made.platform.admin)
    yield made
    for record in caplog.records:
        made.note("log", logging.Formatter().format(record))
    made.silent()


def _card(number: str, cvv: str = CVV) -> dict[str, str]:
    return {"type": "credit_card", "cardNumber": number, "cvv": cvv, **MONTH}


def _register(cage: Cage, name: str = "ann") -> tuple[str, str]:
    body = {"email": f"{name}@example.com", "username": name, "password": PASSWORD, "first_name": "A", "last_name": "L"}
    user_id = cage.ask("users", "POST", "/api/users", body).json["id"]
    return user_id, cage.platform.token(user_id)


def _verification(cage: Cage, user_id: str) -> str:
    """The token of the mail: the inbox is the one place that may show it."""
    mails = cage.platform.get("admin", f"/__admin/inbox?user_id={user_id}").json["notifications"]
    found = re.search(r"token is (\w+)", mails[-1]["text"])
    assert found is not None
    cage.secrets.add(found[1])
    return found[1]


def _pay(cage: Cage, user_id: str, token: str, method: Any, **changes: Any) -> Answered:
    items = [{"productId": "p", "quantity": 1, "price": 5}]
    order = cage.ask("orders", "POST", "/api/orders", {"userId": user_id, "items": items}, token).json["id"]
    body = {"orderId": order, "userId": user_id, "amount": 5, "currency": "USD", "paymentMethod": method, **changes}
    return cage.ask("payments", "POST", "/api/payments", body, token)


def _sing(cage: Cage) -> None:
    """Checkouts that succeed and that fail, with the canary in every field that may hold a secret."""
    user_id, token = _register(cage)
    verification = _verification(cage, user_id)
    verify = f"/api/users/{user_id}/verify"
    assert cage.ask("users", "POST", verify, {"verification_token": verification + "x"}, token).status == 400
    assert cage.ask("users", "POST", verify, {"verification_token": verification}, token).status == 200
    assert cage.ask("users", "POST", verify, {"verification_token": verification}, token).status == 400
    for number, status in ((CARD, 201), (FAILS, 201), (DECLINED, 422), (BAD, 422)):
        assert _pay(cage, user_id, token, _card(number)).status == status
    cage.platform.advance(2)
    assert _pay(cage, user_id, token, _card(CARD), amount=4).status == 422
    assert _pay(cage, user_id, token, _card(CARD), orderId="none").status == 422
    for spoiled in ("{}x", "{0}{0}{0}", "x{}"):
        assert _pay(cage, user_id, token, _card(spoiled.format(CARD), spoiled.format(CVV))).status == 422
    assert _pay(cage, user_id, token, {**_card(CARD), "type": "paypal", "number": CARD}).status in (201, 422)
    assert _pay(cage, user_id, token, CARD).status == 422
    assert _pay(cage, user_id, token, [_card(CARD)]).status == 422
    assert cage.ask("users", "POST", "/api/users", {"password": PASSWORD[:3] + CARD * 9}).status == 422
    assert cage.ask("users", "POST", "/api/users", {"password": [PASSWORD]}).status == 422
    raw = orjson.dumps({"password": PASSWORD, "username": "x"})
    for body in (
        raw[:-1],
        raw + b"x",
        raw[:-1] + b',"username":1}',
        raw.replace(b"x", b"\\ud800"),
        raw[:-1] + b',"a":01}',
    ):
        assert cage.ask("users", "POST", "/api/users", body).status == 400
    for spoiled in (token + "x", token[:-9], token.replace(".", ",")):
        assert cage.ask("users", "GET", f"/api/users/{user_id}", None, spoiled).status == 401


def _listen(cage: Cage) -> None:
    """Every place of the mock that shows something."""
    engine, world = cage.platform.engine, cage.platform.world
    for path in ("events?limit=100", "requests?limit=100", "services", "clock"):
        cage.ask("admin", "GET", f"/__admin/{path}")
    mails = cage.platform.get("admin", "/__admin/inbox?limit=100").json["notifications"]
    cage.note("inbox", orjson.dumps([mail for mail in mails if mail["event_type"] != "user_created"]))
    for service in ("users", "orders", "payments", "notifications"):
        cage.ask(service, "GET", "/metrics")
        cage.ask(service, "GET", "/health")
    urls = {name: f"http://127.0.0.1/{name}" for name in engine.contract.services}
    pages.install(engine, urls, "http://127.0.0.1")
    for make in engine.pages.values():
        cage.note("pages", make()[1])
    for value in (
        engine,
        world,
        world.store,
        world.journal,
        world.meters,
        world.behaviour,
        engine.settings,
        engine.contract,
    ):
        cage.note("repr", repr(value))
    for entry in world.journal.entries:
        cage.note("journal", repr(entry) + repr(entry.document()))
        for what in ("", "/explain"):
            cage.note("journal", cage.platform.get("admin", f"/__admin/requests/{entry.id}{what}").body)
    everything = {"body": {"password": PASSWORD, "paymentMethod": {"cardNumber": CARD, "cvv": CVV}}}
    told = cage.platform.post("admin", "/__admin/requests/verify", everything).json
    assert told["found"] == 0
    for near in told["nearest"]:
        assert {each["actual"] for each in near["differences"]} <= {None, "***"}


@pytest.mark.untraced  # to trace so many takes longer than to do them
def test_checkouts_failures_and_hostile_bodies_tell_no_secret_in_any_sink(cage: Cage) -> None:
    _sing(cage)
    _listen(cage)
    assert {"answers", "what --log is told", "inbox", "pages", "repr", "journal"} <= cage.sinks.keys()


def test_the_stored_state_holds_neither_passwords_nor_cards_nor_tokens_of_callers(cage: Cage) -> None:
    _sing(cage)
    state = repr(cage.platform.world.store.state)
    verification = {secret for secret in cage.secrets if re.fullmatch(r"[0-9a-f]{24}", secret)}
    assert len(verification) == 1
    cage.note("state", state)
    # The mail that was sent is stored, as the inbox shows it.
    assert state.count(next(iter(verification))) == 1
    cage.secrets -= verification


def _raising(tx: Transaction, call: Call) -> NoReturn:
    """A rule with the worst messages that a bug can make."""
    header = call.request.headers.get(b"authorization")
    raise ValueError(f"{call.body} {call.body!r} {call.request.body!r} {header!r} {tx} {call}")


@pytest.mark.parametrize("name", ["users.create", "payments.create", "users.verify"])
def test_a_rule_that_fails_with_the_body_in_its_message_tells_no_secret(
    cage: Cage, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    cage.platform = Platform(judged=False, jwt_secret=SECRET, rules={name: _raising})
    operation = cage.platform.contract.operations[name]
    path = operation.path.replace("{user_id}", "550e8400-e29b-41d4-a716-446655440001")
    user_id = "550e8400-e29b-41d4-a716-446655440001"
    bodies: dict[str, Any] = {
        "users.create": {
            "email": "a@b.example",
            "username": "a",
            "password": PASSWORD,
            "first_name": "A",
            "last_name": "L",
        },
        "payments.create": {
            "orderId": "o",
            "userId": user_id,
            "amount": 1,
            "currency": "USD",
            "paymentMethod": _card(CARD),
        },
        "users.verify": {"verification_token": PASSWORD},
    }
    token = cage.platform.token(user_id)
    answer = cage.ask(operation.service, "POST", path, bodies[name], token)
    assert (answer.status, answer.code) == (500, "INTERNAL_ERROR")
    assert b"Traceback" not in answer.body
    failed = [record for record in caplog.records if "failed" in record.getMessage()]
    assert len(failed) == 1
    text = logging.Formatter().format(failed[0])
    assert "ValueError: " in text
    assert "***" in text
    assert "_raising" in text


def test_an_answer_that_breaks_the_contract_is_told_without_its_values(cage: Cage) -> None:
    wrong = {"id": PASSWORD, "email": CARD}
    cage.platform = Platform(judged=False, jwt_secret=SECRET, rules={"users.get": lambda _tx, _call: Answer(wrong)})
    path = "/api/users/550e8400-e29b-41d4-a716-446655440001"
    assert cage.ask("users", "GET", path, None, cage.platform.admin).status == 500


def test_nothing_that_travels_shows_a_secret_in_its_repr() -> None:
    platform = Platform(jwt_secret=SECRET)
    headers = {b"authorization": b"Bearer canary-token"}
    request = Request("POST", "/p", b"q=canary", headers, b'{"password":"canary"}', "users")
    operation = platform.contract.operations["users.create"]
    travelling = [
        request,
        Call(operation, {}, {}, {"password": "canary"}, Caller("me", "customer", 0), request),
        Response(200, [], b"canary"),
        Settings(jwt_secret="canary"),
        Scenario("demo", None, {"users": [{"private": {"password": "canary"}}]}),
        Record(b"print", 0, 201, (), b"{}"),
        Entry(1, 0, "users", "users.create", "POST", "/p", 201, None, 0.0, "req-1", ()),
        platform.engine,
        platform.world,
        platform.world.store,
        MemoryStore(),
        platform.world.transaction("t"),
    ]
    for value in travelling:
        assert "canary" not in repr(value)
        assert "canary" not in str(value)
        assert SECRET not in repr(value)


def test_refusals_and_breaches_show_no_value_in_their_text() -> None:
    schema = Platform().contract.operations["users.create"].body
    assert schema is not None
    errors = schema.schema.errors({"password": "canary", "email": "canary", "username": 1})
    assert len(errors) > 3
    for error in (
        Problem("VALIDATION_ERROR", errors=tuple((e.pointer, e.message) for e in errors)),
        Breach("x", errors),
    ):
        assert "canary" not in "".join(traceback.format_exception(error))
