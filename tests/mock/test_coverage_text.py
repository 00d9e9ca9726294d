"""A coverage for people."""

from typing import Any

from commerce_mock.coverage_text import BAR, bar, missing, table

PLACE = {"file": "openapi/orders.yaml", "line": 7, "pointer": ""}


def item(kind: str, name: str, count: int = 0) -> dict[str, Any]:
    return {"kind": kind, "name": name, "service": "orders", "count": count, "location": PLACE}


COVERAGE = {
    "percent": 20.0,
    "covered": 1,
    "total": 5,
    "kinds": [
        {"kind": "response", "percent": 33.3, "covered": 1, "total": 3},
        {"kind": "event", "percent": 0.0, "covered": 0, "total": 2},
    ],
    "items": [
        item("response", "orders.create 201", 4),
        item("response", "orders.create 409"),
        item("response", "orders.create 422"),
        item("event", "order_created"),
        item("event", "order_lost"),
    ],
}


def test_a_table_has_a_bar_for_each_kind_and_one_for_all() -> None:
    assert table(COVERAGE) == [
        "KIND          COVERED",
        "response       1 of 3  ██████░░░░░░░░░░░░░░   33.3 %",
        "event          0 of 2  ░░░░░░░░░░░░░░░░░░░░    0.0 %",
        "all            1 of 5  ████░░░░░░░░░░░░░░░░   20.0 %",
    ]


def test_what_is_missing_is_told_in_one_line_an_operation() -> None:
    assert list(missing(COVERAGE)) == [
        "response:",
        "  orders.create  409 422",
        "event:",
        "  order_created  openapi/orders.yaml:7",
        "  order_lost     openapi/orders.yaml:7",
    ]


def test_a_bar_is_full_only_where_nothing_is_missing() -> None:
    assert bar(100.0) == "█" * BAR
    assert bar(99.9) == "█" * (BAR - 1) + "░"
    assert list(missing({**COVERAGE, "items": [item("event", "order_created", 1)]})) == []
