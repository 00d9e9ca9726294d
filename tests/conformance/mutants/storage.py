"""Writes that are lost, and writes that come to others."""

import dataclasses
from collections.abc import Callable
from typing import Any, Final

import orjson

from commerce_mock import derived
from commerce_mock.call import Call, Rule
from commerce_mock.stored import Stored, Value
from commerce_mock.transaction import Transaction
from conformance.mutants.broken import Answered, Broken
from conformance.mutants.mutant import Group

GROUP: Final = Group("storage")


def stored_otherwise(rule: Rule, change: Callable[[Value], object]) -> Rule:
    """The rule, whose answer is right while something else is stored."""

    def acting(tx: Transaction, call: Call) -> Any:
        made: Any = rule(tx, call)
        value = dict(made.value)
        change(value)
        row = (orjson.dumps(value), made.row[1], value.get(made.resource.state), made.row[3])
        tx.store.replace(made.resource.collection, made.key, row)
        return made

    return acting


def _kept_otherwise(name: str, operation: str, fault: str, change: Callable[[Value], object], laws: str) -> None:
    GROUP.add(
        name, fault, laws, lambda broken: broken.rule(operation, lambda rule: stored_otherwise(rule, change))
    )  # fmt: skip


_kept_otherwise("phone_not_stored", "users.create", "The phone number of a registration is answered but not stored.",
                lambda value: value.pop("phone", None), "storage")  # fmt: skip
_kept_otherwise("second_item_lost", "orders.create", "Only the first item of an order is stored: half a parcel comes.",
                lambda value: value.update(items=value["items"][:1]), "storage")  # fmt: skip
_kept_otherwise("items_in_other_order", "orders.create", "The items of an order come back in another order.",
                lambda value: value.update(items=value["items"][::-1]), "storage")  # fmt: skip
_kept_otherwise("status_not_stored", "orders.set_status",
                "A move is answered and not stored: parcels are packed twice.",
                lambda value: value.update(status="pending"), "lifecycle")  # fmt: skip
_kept_otherwise("currency_forgotten", "payments.create", "The currency is stored as USD whatever was paid in.",
                lambda value: value.update(currency="USD"), "storage validation")  # fmt: skip
_kept_otherwise("names_in_capitals", "users.create", "Names are stored in capitals: letters shout at people.",
                lambda value: value.update(first_name=value["first_name"].upper()), "storage")  # fmt: skip
_kept_otherwise("created_at_moves", "users.update", "An update sets the time of registration anew.",
                lambda value: value.update(created_at="2026-01-01T00:00:00Z"), "storage")  # fmt: skip
_kept_otherwise("long_names_cut", "users.create", "Names are cut at ten letters by their column.",
                lambda value: value.update(last_name=value["last_name"][:10]), "storage validation")  # fmt: skip


@GROUP.mutant("An update is answered but not stored: the client shows what nobody else sees.", "storage")
def update_lost(broken: Broken) -> None:
    def wrap(_: Rule) -> Rule:
        def update(tx: Transaction, call: Call) -> Any:
            user = derived.find(tx, call)
            return Stored(user.resource, (orjson.dumps({**user.value, **call.body}), *user.row[1:]))

        return update

    broken.rule("users.update", wrap)


@GROUP.mutant("An update replaces the user: whoever corrects their name finds their phone number gone.", "storage")
def update_forgets_the_rest(broken: Broken) -> None:
    required = frozenset({"id", "email", "username", "is_active", "is_verified", "created_at"})

    def wrap(_: Rule) -> Rule:
        def update(tx: Transaction, call: Call) -> Any:
            user = derived.find(tx, call)
            kept = {name: value for name, value in user.value.items() if name in required}
            value = {"first_name": user.value["first_name"], "last_name": user.value["last_name"], **kept, **call.body}
            row = (orjson.dumps(value), *user.row[1:])
            tx.store.replace("users", user.key, row)
            return Stored(user.resource, row)

        return update

    broken.rule("users.update", wrap)


@GROUP.mutant("An update replaces nested objects: whoever moves to another city loses what they wrote of themselves.",
              "storage")  # fmt: skip
def profile_replaced(broken: Broken) -> None:
    def wrap(_: Rule) -> Rule:
        return lambda tx, call: tx.save(derived.find(tx, call), dict(call.body))

    broken.rule("users.update", wrap)


@GROUP.mutant("A creation is answered but rolled back: the order is confirmed by mail and unknown to all.", "storage")
def order_not_stored(broken: Broken) -> None:
    def wrap(rule: Rule) -> Rule:
        def create(tx: Transaction, call: Call) -> Any:
            made: Any = rule(tx, call)
            tx.store = tx.world.store.begin()
            tx.store.number("orders")
            tx.emitted.clear()
            return made

        return create

    broken.rule("orders.create", wrap)


@GROUP.mutant("An update has a wrong condition and changes everybody: all customers have one name.", "storage")
def update_changes_all(broken: Broken) -> None:
    def wrap(rule: Rule) -> Rule:
        def update(tx: Transaction, call: Call) -> Any:
            made = rule(tx, call)
            for other in list(tx.newest("users")):
                tx.save(other, call.body)
            return made

        return update

    broken.rule("users.update", wrap)


@GROUP.mutant("Identifiers come round: a new order takes the place of the one before.", "storage")
def identifier_used_twice(broken: Broken) -> None:
    def wrap(rule: Rule) -> Rule:
        def create(tx: Transaction, call: Call) -> Any:
            made: Any = rule(tx, call)
            last = next((o for o in tx.newest("orders") if o.key != made.key), None)
            if last is None:
                return made
            value = {**made.value, "id": last.key}
            row = (orjson.dumps(value), *made.row[1:])
            tx.store.replace("orders", last.key, row)
            return Stored(made.resource, row, value)

        return create

    broken.rule("orders.create", wrap)


@GROUP.mutant("A cache answers reads and is never told of writes: a client sees its own change undone.", "storage")
def reads_are_cached(broken: Broken) -> None:
    for operation in ("users.get", "orders.get"):
        kept: dict[str, Any] = {}

        def wrap(rule: Rule, kept: dict[str, Any] = kept) -> Rule:
            def get(tx: Transaction, call: Call) -> Any:
                found = rule(tx, call)
                return kept.setdefault(str(call.path), found)

            return get

        broken.rule(operation, wrap)


@GROUP.mutant("A read has the time of now in `createdAt`: clients sort at random.", "storage")
def created_at_is_now(broken: Broken) -> None:
    def change(told: Answered) -> None:
        if told.status == 200:
            told.json["createdAt"] = f"2026-01-01T00:00:00.{len(seen):06d}Z"
            seen.append(told.operation)

    seen: list[str] = []
    broken.answers(change, "orders.get")


@GROUP.mutant("The payment that an order was confirmed with is not kept: nobody finds it for a refund.",
              "lifecycle storage validation")  # fmt: skip
def payment_of_confirmation_lost(broken: Broken) -> None:
    def wrap(rule: Rule) -> Rule:
        def move(tx: Transaction, call: Call) -> Any:
            body = {"status": call.body["status"]}
            return rule(tx, dataclasses.replace(call, body=body))

        return move

    broken.rule("orders.set_status", wrap)


@GROUP.mutant("Text passes through Latin-1: everybody beyond it has question marks in their name.",
              "storage validation")  # fmt: skip
def text_passes_through_latin_1(broken: Broken) -> None:
    def wrap(rule: Rule) -> Rule:
        def create(tx: Transaction, call: Call) -> Any:
            names = ("first_name", "last_name")
            read = {name: call.body[name].encode("latin-1", "replace").decode("latin-1") for name in names}
            return rule(tx, dataclasses.replace(call, body={**call.body, **read}))

        return create

    broken.rule("users.create", wrap)


@GROUP.mutant(
    "Given and family name are swapped on their way to the database: every letter begins wrongly.", "validation storage"
)
def texts_are_swapped(broken: Broken) -> None:
    def wrap(rule: Rule) -> Rule:
        def create(tx: Transaction, call: Call) -> Any:
            body = {**call.body, "first_name": call.body["last_name"], "last_name": call.body["first_name"]}
            return rule(tx, dataclasses.replace(call, body=body))

        return create

    broken.rule("users.create", wrap)
