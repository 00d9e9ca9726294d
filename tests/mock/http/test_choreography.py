"""Where services and events stand in the drawing of who tells whom, and where its arrows end."""

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from commerce_contract import Contract, Event, load
from commerce_mock.http.choreography import ELSEWHERE, Choreography, draw, sender_of
from harness.platform import contract

HEARING = """
asyncapi: 3.0.0
info: {title: Lamp, version: '1'}
channels:
  news: {messages: {lit: {name: lit}, out: {name: out}, lost: {name: lost}}}
operations:
  send: {action: send, channel: {$ref: '#/channels/news'}, messages: [{$ref: '#/channels/news/messages/lit'}]}
  loop: {action: receive, channel: {$ref: '#/channels/news'}, messages: [{$ref: '#/channels/news/messages/lit'}]}
  hear: {action: receive, channel: {$ref: '#/channels/news'}, messages: [{$ref: '#/channels/news/messages/out'}]}
"""


def drawn(of: Contract) -> Choreography:
    drawing = draw(of)
    assert drawing is not None
    return drawing


@pytest.fixture
def lamp(tmp_path: Path) -> Contract:
    """A service that hears itself, hears what nobody sends, and has an event that nobody sends or hears."""
    (tmp_path / "lamp.yaml").write_text(HEARING, encoding="utf-8")
    return load(tmp_path)


def ends(drawing: Choreography, event: str) -> tuple[float, set[float]]:
    """Where the event's arrows begin, and where they lead."""
    (row,) = (row for row in drawing.rows if row.event.type == event)
    return round(row.start, 1), {
        float(re.findall(r"[\d.]+", arrow)[-1 if "H" in arrow else -2]) for arrow in row.arrows
    }


def at(drawing: Choreography, service: str) -> float:
    return round(drawing.lanes[service], 1)


def test_events_stand_in_the_order_of_time_and_services_in_that_of_sending() -> None:
    drawing = drawn(contract())
    assert [row.event.type for row in drawing.rows] == [
        "user_created",
        "order_created",
        "payment_completed",
        "payment_failed",
        "order_confirmed",
        "user_verified",
    ]
    assert list(drawing.lanes) == ["users", "orders", "payments", "notifications"]
    assert [row.y for row in drawing.rows] == sorted({row.y for row in drawing.rows})


def test_arrows_lead_from_who_sends_to_all_who_hear() -> None:
    drawing = drawn(contract())
    for event in contract().events.values():
        start, reached = ends(drawing, event.type)
        assert start == at(drawing, event.service)
        assert reached == {at(drawing, name) for name in event.receivers}


def test_a_bar_joins_the_payment_that_was_heard_of_to_what_is_sent_then() -> None:
    drawing = drawn(contract())
    heights = {row.event.type: row.y for row in drawing.rows}
    assert sorted(drawing.bars) == [
        (drawing.lanes["users"], heights["payment_completed"], heights["user_verified"]),
        (drawing.lanes["orders"], heights["payment_completed"], heights["order_confirmed"]),
    ]


def test_the_drawing_is_told_in_words() -> None:
    told = drawn(contract()).told
    assert told.startswith("users tells user_created to notifications; orders tells order_created to notifications; ")
    assert "payments tells payment_completed to notifications, orders, users; " in told


def test_a_row_names_the_operation_that_may_cause_it() -> None:
    causes = {row.event.type: row.causes for row in drawn(contract()).rows}
    assert causes["order_confirmed"] == "orders.set_status"
    first = replace(contract().operations["orders.get"], emits=("order_confirmed",))
    more = replace(contract(), operations={**contract().operations, first.name: first})
    assert {row.event.type: row.causes for row in drawn(more).rows}["order_confirmed"] == "orders.get +1"


def test_everything_is_within_the_drawing_and_no_words_run_into_each_other(lamp: Contract) -> None:
    for drawing in (drawn(contract()), drawn(lamp)):
        lanes = list(drawing.lanes.values())
        assert all(right - left > drawing.box_width for left, right in pairwise(lanes))
        assert lanes[0] - drawing.box_width / 2 > 0
        assert lanes[-1] + drawing.box_width / 2 < drawing.width
        for row in drawing.rows:
            half = max(len(row.event.type), len(row.causes)) * 7.6 / 2
            assert not [x for x in lanes if row.label - half < x < row.label + half]
            assert 0 < row.label - half < row.label + half < drawing.width
            assert 0 < row.y + 20 < drawing.height


def test_what_nobody_sends_comes_from_elsewhere_and_what_nobody_hears_ends_at_once(lamp: Contract) -> None:
    drawing = drawn(lamp)
    assert list(drawing.lanes) == ["lamp", ELSEWHERE]
    assert ends(drawing, "out") == (at(drawing, ELSEWHERE), {at(drawing, "lamp")})
    start, (end,) = ends(drawing, "lost")
    assert start < end < drawing.lanes[ELSEWHERE]
    assert "lamp tells lost to nobody" in drawing.told


def test_an_arrow_to_oneself_comes_back(lamp: Contract) -> None:
    start, reached = ends(drawn(lamp), "lit")
    assert reached == {start}


def test_without_times_there_are_no_bars_and_the_order_is_that_of_the_documents(lamp: Contract) -> None:
    drawing = drawn(lamp)
    assert drawing.bars == []
    assert [row.event.type for row in drawing.rows] == ["lit", "out", "lost"]


def test_a_contract_without_events_has_no_drawing(lamp: Contract) -> None:
    assert draw(replace(lamp, events={})) is None


def test_who_sends_is_the_channel_s_service_if_it_does_else_who_does() -> None:
    event = contract().events["payment_completed"]
    assert sender_of(event) == "payments"
    assert sender_of(replace(event, service="users")) == "payments"
    assert sender_of(replace(event, ends=())) == "payments"
    unsent: Event = replace(event, service="users", ends=event.ends[1:])
    assert sender_of(unsent) == ELSEWHERE
