"""Lists that show too much, too little, or in the wrong order."""

import dataclasses
from collections.abc import Callable
from typing import Any, Final

from commerce_mock.call import Answer, Call, Rule
from commerce_mock.transaction import Transaction
from conformance.mutants.broken import Answered, Broken
from conformance.mutants.mutant import Group

GROUP: Final = Group("lists")
ORDERS: Final = "orders.list_for_user"
PAYMENTS: Final = "payments.list_for_user"


def _page(change: Callable[[Any, Call], object]) -> Callable[[Broken], None]:
    """The page of a user's orders, changed."""

    def wrap(rule: Rule) -> Rule:
        def listing(tx: Transaction, call: Call) -> Any:
            answer: Any = rule(tx, call)
            change(answer.content, call)
            return answer

        return listing

    return lambda broken: broken.rule(ORDERS, wrap)


def _asked(change: Callable[[dict[str, Any]], object], operation: str = ORDERS) -> Callable[[Broken], None]:
    """The page that is shown where another one was asked for; it tells what was asked for."""

    def wrap(rule: Rule) -> Rule:
        def listing(tx: Transaction, call: Call) -> Any:
            query = dict(call.query)
            change(query)
            answer: Any = rule(tx, dataclasses.replace(call, query=query))
            told = {name: call.query[name] for name in ("limit", "offset")}
            return Answer({**answer.content, **told})

        return listing

    return lambda broken: broken.rule(operation, wrap)


for name, fault, change in (
    ("page_one_too_long", "A page of two has three: its last shows again on the next one.",
     lambda q: q.update(limit=q["limit"] + 1)),
    ("page_one_too_short", "A page has one less than it may: every tenth order is on no page.",
     lambda q: q.update(limit=max(1, q["limit"] - 1))),
    ("offset_one_too_far", "Pages begin one too late: the newest order is on none.",
     lambda q: q.update(offset=q["offset"] + 1)),
    ("offset_ignored", "Every page is the first: a client that reads them all never ends.",
     lambda q: q.update(offset=0)),
    ("offset_counts_pages", "`offset` is taken for a number of pages: most orders are on none.",
     lambda q: q.update(offset=q["offset"] * q["limit"])),
    ("limit_ignored", "Every page is as long as the default: a client's table overflows.",
     lambda q: q.update(limit=10)),
    ("filter_ignored", "Whoever asks for pending orders is shown cancelled ones.",
     lambda q: q.pop("status", None)),
):  # fmt: skip
    GROUP.add(name, fault, "lists", _asked(change))
GROUP.add(
    "payments_page_one_too_long", "A page of payments has one more than asked for: sums over pages are too high.",
    "lists", _asked(lambda q: q.update(limit=q["limit"] + 1), PAYMENTS),
)  # fmt: skip

for name, fault, shown in (
    ("total_counts_page", "`total` counts the page: a pager that trusts it stops after the first.",
     lambda page, _: page.update(total=len(page["orders"]))),
    ("total_one_too_high", "`total` is one too high: the last page is empty.",
     lambda page, _: page.update(total=page["total"] + 1)),
    ("oldest_first", "The oldest come first: the order that was just placed is not on the first page.",
     lambda page, _: page["orders"].reverse()),
    ("limit_told_wrongly", "The page tells the largest limit whatever was asked for: a pager skips orders.",
     lambda page, _: page.update(limit=100)),
    ("offset_told_wrongly", "The page always tells offset 0: a pager shows page 1 for ever.",
     lambda page, _: page.update(offset=0)),
    ("cancelled_not_listed", "Cancelled orders vanish from the list: nobody finds why their money came back.",
     lambda page, _: page.update(orders=[o for o in page["orders"] if o["status"] != "cancelled"])),
    ("filter_forgets_one", "A filtered list lacks its last entry, an off-by-one of the second query.",
     lambda page, call: page.update(orders=page["orders"][:-1]) if "status" in call.query else None),
    ("items_without_updated_at", "The list shows an old copy of each order, without what changed since.",
     lambda page, _: page.update(orders=[{**o, "totalAmount": 0} for o in page["orders"]])),
    ("default_limit_is_five", "Without a limit a page has five: a client that knows the document misses half.",
     lambda page, call: page.update(limit=5, orders=page["orders"][:5]) if not call.request.query else None),
    ("sorted_by_total", "Orders come by their price, so that pages change whenever one is added.",
     lambda page, _: page["orders"].sort(key=lambda o: (-o["totalAmount"], o["createdAt"], len(o["id"]), o["id"]))),
):  # fmt: skip
    GROUP.add(name, fault, "lists", _page(shown))


def _others(rule: Rule) -> Rule:
    """A list whose query forgets the owner."""

    def listing(tx: Transaction, call: Call) -> Any:
        answer: Any = rule(tx, call)
        everything = [order.value for order in tx.newest("orders")]
        limit, offset = call.query["limit"], call.query["offset"]
        return Answer({**answer.content, "orders": everything[offset : offset + limit], "total": len(everything)})

    return listing


GROUP.add(
    "foreign_items", "The query forgets the owner: a customer sees what other people ordered.", "lists",
    lambda broken: broken.rule(ORDERS, _others),
)  # fmt: skip


@GROUP.mutant("`total` counts the orders of all customers: pagers offer empty pages.", "lists")
def total_counts_everybody(broken: Broken) -> None:
    def wrap(rule: Rule) -> Rule:
        def listing(tx: Transaction, call: Call) -> Any:
            answer: Any = rule(tx, call)
            return Answer({**answer.content, "total": sum(1 for _ in tx.newest("orders"))})

        return listing

    broken.rule(ORDERS, wrap)


@GROUP.mutant("A filtered list tells the total of all: a pager offers empty pages.", "lists")
def filtered_total_counts_all(broken: Broken) -> None:
    def wrap(rule: Rule) -> Rule:
        def listing(tx: Transaction, call: Call) -> Any:
            answer: Any = rule(tx, call)
            plain = {name: value for name, value in call.query.items() if name != "status"}
            whole: Any = rule(tx, dataclasses.replace(call, query=plain))
            return Answer({**answer.content, "total": whole.content["total"]})

        return listing

    broken.rule(ORDERS, wrap)


@GROUP.mutant("A user without orders has no list but a 404: every new customer sees an error.", "lists")
def empty_list_is_404(broken: Broken) -> None:
    def change(told: Answered) -> None:
        if told.status == 200 and not told.json["orders"]:
            told.status = 404

    broken.answers(change, ORDERS)


@GROUP.mutant("Only completed payments are listed: a customer pays again what is being paid.", "lists")
def only_completed_payments_listed(broken: Broken) -> None:
    def change(told: Answered) -> None:
        if told.status == 200:
            told.json["payments"] = [p for p in told.json["payments"] if p["status"] == "completed"]

    broken.answers(change, PAYMENTS)


@GROUP.mutant("A user's history has the events of everybody.", "lists")
def history_of_everybody(broken: Broken) -> None:
    seen: list[Any] = []

    def change(told: Answered) -> None:
        if told.status == 200:
            seen.extend(event for event in told.json["events"] if event not in seen)
            told.json["events"] = seen[-20:]

    broken.answers(change, "users.events")
