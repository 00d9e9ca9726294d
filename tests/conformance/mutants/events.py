"""Events that are missing, come twice, or say what is not so."""

import dataclasses
from collections.abc import Callable
from typing import Any, Final

from commerce_contract import Event
from commerce_mock import events as log
from commerce_mock.call import Call, Rule
from commerce_mock.events import LOG, Emitted
from commerce_mock.problems import Problem
from commerce_mock.stored import Stored
from commerce_mock.transaction import Transaction
from conformance.mutants.broken import Broken
from conformance.mutants.mutant import Group

GROUP: Final = Group("events")
LAWS: Final = "events saga messages"
Emit = Callable[..., None]


def emitting(broken: Broken, kind: str, act: Callable[[Emit, Transaction, Stored, dict[str, Any]], object]) -> None:
    """Do something else where an event of a type would be emitted."""
    original = Transaction.emit

    def emit(tx: Transaction, event_type: str, about: Stored, **said: Any) -> None:
        if event_type != kind:
            original(tx, event_type, about, **said)
            return

        def emit_it(other: str = event_type, of: Stored = about, **more: Any) -> None:
            original(tx, other, of, **{**said, **more})

        act(emit_it, tx, about, said)

    broken.patch.setattr(Transaction, "emit", emit)


def published(  # noqa: PLR0913, PLR0917 - all that an event has
    tx: Transaction, event: Event, about: Stored, payload: dict[str, Any], correlation_id: str | None = None,
    identifier: str | None = None,
) -> None:  # fmt: skip
    """Publish an event as it is, whatever the document says."""
    maker = tx.world.behaviour.payload(event, about.resource)
    cause = tx.correlation_id if correlation_id is None else correlation_id
    emitted = Emitted(event, tx.store.count(LOG), tx.now, cause, tx.traceparent, about, maker, payload, identifier)
    log.append(tx.store, emitted)
    tx.emitted.append(emitted)


def changed(broken: Broken, kind: str, change: Callable[[dict[str, Any], str], object]) -> None:
    """Let the payload of an event be another one."""

    def act(_: Emit, tx: Transaction, about: Stored, said: dict[str, Any]) -> None:
        payload = _payload(tx, kind, about, said)
        change(payload, about.key)
        published(tx, tx.world.behaviour.contract.events[kind], about, payload)

    emitting(broken, kind, act)


def _payload(tx: Transaction, kind: str, about: Stored, said: dict[str, Any]) -> dict[str, Any]:
    event = tx.world.behaviour.contract.events[kind]
    return dict(tx.world.behaviour.payload(event, about.resource).judged(about.value, tx.now, said)[0])


def _silenced(broken: Broken, kind: str) -> None:
    emitting(broken, kind, lambda *_: None)


def _doubled(broken: Broken, kind: str) -> None:
    emitting(broken, kind, lambda emit, *_: (emit(), emit()))


GROUP.add_all((
    ("order_created_missing", "Nobody hears of an order: no mail, no stock reserved.", "order_created"),
    ("user_created_missing", "Nobody hears of a registration: no mail, so nobody is verified.", "user_created"),
    ("user_verified_missing", "Nobody hears of a verification.", "user_verified"),
    ("order_confirmed_missing", "Nobody hears that an order is paid: it is never packed.", "order_confirmed"),
    ("payment_completed_missing", "Nobody hears of a payment: the order is never sent.", "payment_completed"),
    ("payment_failed_missing", "Nobody hears that a payment failed: the customer waits.", "payment_failed"),
), LAWS, _silenced)  # fmt: skip

GROUP.add_all((
    ("order_created_twice", "An order is told twice under two ids: two parcels are packed.", "order_created"),
    ("payment_completed_twice", "A payment is told twice: bookkeeping books both.", "payment_completed"),
    ("user_created_twice", "A registration is told twice: two mails are sent.", "user_created"),
    ("order_confirmed_twice", "A confirmation is told twice: two parcels are packed.", "order_confirmed"),
), LAWS, _doubled)  # fmt: skip

GROUP.add_all((
    ("event_total_in_cents", "The total in the event is in cents: bookkeeping books a hundredfold.",
     ("order_created", lambda p, _: p["data"].update(total_amount=p["data"]["total_amount"] * 100))),
    ("event_of_another_user", "The event names another user: the mail goes to a stranger.",
     ("order_created", lambda p, _: p.update(user_id="00000000-0000-4000-8000-000000000000"))),
    ("event_of_another_order", "The event names an order that is not there.",
     ("order_created", lambda p, _: p.update(order_id="order-0"))),
    ("event_without_items", "The event has no items: nothing is packed.",
     ("order_created", lambda p, _: p["data"].pop("items"))),
    ("event_with_one_item", "The event has the first item only: half is packed.",
     ("order_created", lambda p, _: p["data"].update(items=p["data"]["items"][:1]))),
    ("event_total_as_text", "The total in the event is text: consumers that add it fail.",
     ("order_created", lambda p, _: p["data"].update(total_amount=str(p["data"]["total_amount"])))),
    ("event_of_another_type", "The event says `OrderCreated` where the document says `order_created`.",
     ("order_created", lambda p, _: p.update(event_type="OrderCreated"))),
    ("event_without_data", "The event is flat, without `data`: consumers find nothing.",
     ("user_created", lambda p, _: p.pop("data"))),
    ("event_with_old_email", "The event has the address in lower case only, as a search index has it.",
     ("user_created", lambda p, _: p["data"].update(email="somebody@example.com"))),
    ("event_amount_rounded", "The amount in the event is whole: bookkeeping is cents off.",
     ("payment_completed", lambda p, _: p["data"].update(amount=int(p["data"]["amount"])))),
    ("event_currency_missing", "The event has no currency: all is booked as dollars.",
     ("payment_completed", lambda p, _: p["data"].pop("currency"))),
    ("event_transaction_wrong", "The event names another transaction than the payment.",
     ("payment_completed", lambda p, _: p["data"].update(transaction_id="txn-0"))),
    ("event_code_missing", "The event of a failure has no code for programs.",
     ("payment_failed", lambda p, _: p["data"].pop("error_code"))),
    ("event_code_wrong", "The event of a failure has another code than the payment.",
     ("payment_failed", lambda p, _: p["data"].update(error_code="UNKNOWN"))),
    ("event_reason_wrong", "The event of a failure always says `Unknown`: nobody knows why.",
     ("payment_failed", lambda p, _: p["data"].update(reason="Unknown"))),
    ("event_time_as_number", "The time in the event is a number: consumers cannot read it.",
     ("order_confirmed", lambda p, _: p["data"].update(confirmed_at=1700000000))),
    ("event_of_another_payment", "The event names another payment than the order.",
     ("order_confirmed", lambda p, _: p["data"].update(payment_id="pay-0") if "payment_id" in p["data"] else None)),
), LAWS, lambda broken, each: changed(broken, *each))  # fmt: skip


@GROUP.mutant("An event is published under a type of another one: consumers do the wrong thing.", LAWS)
def wrong_type_published(broken: Broken) -> None:
    def act(_: Emit, tx: Transaction, about: Stored, _said: dict[str, Any]) -> None:
        events = tx.world.behaviour.contract.events
        payload = _payload(tx, "order_created", about, {})
        published(tx, events["order_confirmed"], about, payload)

    emitting(broken, "order_created", act)


@GROUP.mutant("An event goes to another channel than the document's: nobody listens there.", LAWS)
def wrong_channel(broken: Broken) -> None:
    def act(_: Emit, tx: Transaction, about: Stored, said: dict[str, Any]) -> None:
        event = tx.world.behaviour.contract.events["order_created"]
        payload = _payload(tx, "order_created", about, said)
        published(tx, dataclasses.replace(event, channel="orders"), about, payload)

    emitting(broken, "order_created", act)


@GROUP.mutant("Events do not name the request that caused them: no trace goes through the platform.", LAWS)
def cause_missing(broken: Broken) -> None:
    def act(_: Emit, tx: Transaction, about: Stored, said: dict[str, Any]) -> None:
        event = tx.world.behaviour.contract.events["order_created"]
        published(tx, event, about, _payload(tx, "order_created", about, said), "00000000-0000-4000-8000-000000000000")

    emitting(broken, "order_created", act)


@GROUP.mutant("All events have the same id: consumers that drop repeated ones drop all.", "messages events saga")
def ids_not_unique(broken: Broken) -> None:
    def act(_: Emit, tx: Transaction, about: Stored, said: dict[str, Any]) -> None:
        event = tx.world.behaviour.contract.events["user_created"]
        published(tx, event, about, _payload(tx, "user_created", about, said), identifier="event-of-a-user")

    emitting(broken, "user_created", act)


def _told_though_refused(code: str) -> Any:
    """Events of the order that a refused request named last."""

    def wrap(rule: Rule) -> Rule:
        last: list[Stored] = []

        def create(tx: Transaction, call: Call) -> Any:
            try:
                made: Any = rule(tx, call)
            except Problem as problem:
                if problem.code == code and last:
                    problem.aftermath = lambda tx: _deliver(tx, last[-1])
                raise
            last.append(made)
            return made

        return create

    return lambda broken: broken.rule("orders.create", wrap)


def _deliver(tx: Transaction, about: Stored) -> None:
    tx.emit("order_created", about)


GROUP.add("event_of_unknown_orderer", "An order for nobody is refused and told all the same: stock is reserved.", LAWS,
          _told_though_refused("ORDER_001"))  # fmt: skip
GROUP.add("event_of_forbidden_order", "An order in another's name is refused and told all the same.", LAWS,
          _told_though_refused("FORBIDDEN"))  # fmt: skip


@GROUP.mutant("An order's confirmation is told before its creation: consumers drop what they do not know.", LAWS)
def confirmed_before_created(broken: Broken) -> None:
    waiting: dict[str, Stored] = {}

    def create(_: Emit, _tx: Transaction, about: Stored, _said: dict[str, Any]) -> None:
        waiting[about.key] = about

    emitting(broken, "order_created", create)

    def confirm(emit: Emit, _tx: Transaction, about: Stored, _said: dict[str, Any]) -> None:
        emit()
        if about.key in waiting:
            emit("order_created", waiting.pop(about.key))

    emitting(broken, "order_confirmed", confirm)


@GROUP.mutant("A change of an order is told as another creation.", LAWS)
def creation_told_at_every_change(broken: Broken) -> None:
    def wrap(rule: Rule) -> Rule:
        def move(tx: Transaction, call: Call) -> Any:
            moved: Any = rule(tx, call)
            tx.emit("order_created", moved)
            return moved

        return move

    broken.rule("orders.set_status", wrap)


@GROUP.mutant("A repeated request is answered as before, and told again.", "events idempotency")
def replay_told_again(broken: Broken) -> None:
    from commerce_mock import idempotency  # noqa: PLC0415

    original = idempotency.replay

    def replay(tx: Transaction, key: Any, call: Call) -> Any:
        found = original(tx, key, call)
        if found is not None and call.operation.name == "orders.create":
            order = next(o for o in tx.newest("orders", call.caller.subject))
            tx.emit("order_created", order)
        return found

    broken.patch.setattr(idempotency, "replay", replay)
