"""For every refused request the nearest one that is not: what it changes, and that it is answered with success."""

import re
import shlex
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest

from commerce_mock.journal import Entry
from commerce_mock.repairing import repaired
from harness.platform import Answered
from harness.stage import CARD, Asked, Stage


def nearest(stage: Stage, answered: Answered) -> Any:
    told = stage.platform.get("admin", f"/__admin/requests/{answered.headers['x-mock-request-id']}/explain")
    assert told.status == 200, told.body
    return told.json["nearest"]


def run(stage: Stage, curl: str, token: str) -> Answered:
    """Do what the command would do, in process; TOKEN is the token that it speaks of."""
    command, *words = shlex.split(curl.replace(" \\\n", " "))
    assert command == "curl"
    method, url, body = "GET", "", None
    headers: dict[str, str] = {}
    while words:
        word = words.pop(0)
        if word == "-X":
            method = words.pop(0)
        elif word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = words.pop(0).encode()
        else:
            url = word
    split = urlsplit(url)
    ports = {service.port: service.name for service in stage.platform.contract.services.values()}
    user = re.search(r"--user (\S+?)\)", headers.get("Authorization", ""))
    if "Authorization" in headers:
        other = stage.platform.token(user[1]) if user else stage.platform.admin
        given = token if "$TOKEN" in headers["Authorization"] else other
        headers["Authorization"] = f"Bearer {given}"
    path = f"{split.path}?{split.query}" if split.query else split.path
    return stage.platform.send(ports[split.port or 0], method, path, body, headers=headers)


def check(stage: Stage, refused: Answered, token: str, differences: list[str]) -> None:
    """The refused request was mended in these places, and what is told is what happens."""
    assert refused.status >= 400
    near = nearest(stage, refused)
    assert near["differences"] == differences
    done = run(stage, near["curl"], token)
    assert (done.status, done.status < 300) == (near["status"], True), done.body


@pytest.mark.parametrize(
    ("name", "changes", "differences"),
    [
        ("users.create", {"email": "x"}, ["/body/email"]),
        ("users.create", {"email": "user@example.com"}, ["/body/email"]),
        ("users.create", {"password": "short"}, ["/body/password"]),
        ("users.create", {"first_name": None, "last_name": 3}, ["/body/first_name", "/body/last_name"]),
        ("users.update", {"profile": {"bio": 3}}, ["/body/profile/bio"]),
        ("orders.set_status", {"status": "delivered"}, ["/body/status"]),
        ("orders.set_status", {"status": "lost"}, ["/body/status"]),
        ("orders.create", {"items": [{"productId": "p"}]}, ["/body/items/0/quantity", "/body/items/0/price"]),
        ("orders.create", {"items": "none"}, ["/body/items"]),
        ("payments.create", {"amount": 3}, ["/body/amount"]),
        ("payments.create", {"paymentMethod": "cash"}, ["/body/paymentMethod"]),
        ("payments.create", {"orderId": "order-0"}, ["/body/orderId"]),
        ("payments.refund", {"amount": 1000}, ["/body/amount"]),
    ],
)
def test_a_body_is_mended_where_it_was_wrong(name: str, changes: dict[str, Any], differences: list[str]) -> None:
    stage = Stage()
    asked = stage.ask(name).with_body(**changes)
    check(stage, stage.send(asked), asked.token or "", differences)


def test_a_declined_card_becomes_one_that_is_not() -> None:
    stage = Stage()
    asked = stage.ask("payments.create").with_body(paymentMethod={**CARD, "cardNumber": "4000000000000002"})
    check(stage, stage.send(asked), asked.token or "", ["/body/paymentMethod/cardNumber"])


def test_two_places_are_mended_where_one_is_not_enough() -> None:
    stage = Stage()
    asked = stage.ask("payments.create").with_body(orderId="order-123", amount=1)
    check(stage, stage.send(asked), asked.token or "", ["/body/orderId", "/body/amount"])


@pytest.mark.parametrize("spoil", [lambda a: a.at("order-0"), lambda a: a.at("x/y")])
def test_another_resource_of_the_caller_stands_in_for_one_that_is_not_there(spoil: Any) -> None:
    stage = Stage()
    asked: Asked = spoil(stage.ask("orders.get"))
    refused = stage.send(asked)
    near = nearest(stage, refused)
    assert near["status"] == 200
    assert run(stage, near["curl"], asked.token or "").json["userId"] == stage.john.id


def test_a_page_that_is_too_large_is_mended() -> None:
    stage = Stage()
    asked = stage.ask("orders.list_for_user").but(query="limit=1000&offset=x&odd=1")
    check(stage, stage.send(asked), asked.token or "", ["/query/limit", "/query/offset"])


def test_an_owner_s_token_is_made_where_the_caller_s_is_not_enough() -> None:
    stage = Stage()
    asked = stage.ask("orders.get").but(token=stage.jane.token)
    check(stage, stage.send(asked), stage.jane.token, ["/header/Authorization"])
    bare = stage.ask("orders.get").but(token=None)
    check(stage, stage.send(bare), "", ["/header/Authorization"])


@pytest.mark.parametrize(
    ("method", "path", "differences"),
    [("POST", "/api/order", ["/path", "/body"]), ("PATCH", "/api/orders/order-124", ["/method"])],
)
def test_a_request_of_no_operation_becomes_one_of_the_nearest(method: str, path: str, differences: list[str]) -> None:
    stage = Stage()
    check(
        stage,
        stage.platform.send("orders", method, path, token=stage.platform.admin),
        stage.platform.admin,
        differences,
    )


def test_what_cannot_be_mended_is_shown_as_the_contract_wants_it() -> None:
    stage = Stage()
    stage.platform.switch("orders", up=False)
    near = nearest(stage, stage.send(stage.ask("orders.get")))
    assert (near["status"], near["differences"]) == (None, [])
    control = stage.platform.post("admin", "/__admin/clock/advance", {"seconds": -1})
    shown = nearest(stage, control)
    assert shown["status"] is None
    assert "/__admin/clock/advance" in shown["curl"]


def test_a_trial_leaves_no_trace() -> None:
    stage = Stage()
    asked = stage.ask("orders.set_status").with_body(status="delivered")
    refused = stage.send(asked)
    state = stage.platform.world.store.state
    nearest(stage, refused)
    assert stage.platform.world.store.state is state


def test_no_secret_that_was_sent_is_in_the_command() -> None:
    stage = Stage()
    secret = "4000000000000002"
    asked = stage.ask("payments.create").with_body(paymentMethod={**CARD, "cardNumber": secret, "cvv": "987"})
    near = nearest(stage, stage.send(asked))
    assert secret not in near["curl"]
    assert "987" not in near["curl"]


def test_the_command_names_the_world_and_where_the_services_are() -> None:
    stage = Stage()
    platform = stage.platform
    platform.world = platform.engine.worlds.fork(platform.world, "w42")
    platform.world.urls["orders"] = "http://127.0.0.1:4711"
    near = nearest(stage, stage.send(stage.ask("orders.get").at("order-0")))
    assert near["curl"].startswith("curl http://127.0.0.1:4711/api/orders/order-125")
    assert "-H 'X-Mock-World: w42'" in near["curl"]


def test_a_contract_without_operations_has_no_nearest_request() -> None:
    stage = Stage()
    world = stage.platform.world
    entry = Entry(1, 0, "orders", None, "GET", "/api/%zz", 404, "NOT_FOUND", 0.0, "req-1", ())
    assert repaired(world.transaction("t"), entry) is not None
    behaviour = world.behaviour
    world.behaviour = object.__new__(type(behaviour))
    world.behaviour.__dict__.update({**behaviour.__dict__, "contract": replace(behaviour.contract, operations={})})
    assert repaired(world.transaction("t"), entry) is None


def test_a_boolean_parameter_is_mended() -> None:
    stage = Stage()
    refused = stage.platform.get("admin", "/__admin/requests?unmatched=maybe&status=x")
    near = nearest(stage, refused)
    assert near["differences"] == ["/query/status", "/query/unmatched"]
    assert orjson.dumps(near["curl"]).count(b"unmatched=true") == 1
