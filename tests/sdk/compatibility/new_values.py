"""Mutations of values: states, kinds and other words that answers have not had before, and other forms of ids."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any, Final

from sdk.compatibility.documents import Documents, Place, name_of
from sdk.compatibility.mutation import Mutation, rewriting
from sdk.compatibility.record import Run
from sdk.compatibility.scenario import GOOD_CARD, Day, card, item, paying

WORDS: Final = ("on_hold", "ON-HOLD", "v2.settling", "unknown", "other", "None", "0", "zurückgestellt", "two words")
_ORDERS: Final = "openapi/orders.yaml"
_PAYMENTS: Final = "openapi/payments.yaml"


def seen_as(place: Place, name: str, word: str) -> Callable[[Run], Iterator[str]]:
    """Values of a schema's class have the word under a name of the wire, as often as the wire had it."""

    def complaints(run: Run) -> Iterator[str]:
        kept = [
            getattr(model, attribute)
            for model in run.models()
            if type(model).__name__ == name_of(place)
            for attribute, info in type(model).model_fields.items()
            if (info.serialization_alias or attribute) == name
        ]
        told = run.told_as(name).count(word)
        if not told or kept.count(word) < told:
            yield f"{name} was {word!r} {told} times and is so in {kept.count(word)}"

    return complaints


def new_word(random: Random, documents: Documents) -> Mutation:
    """A value more in an enum of answers."""
    place, name, words = random.choice(list(_enums(documents)))
    word = random.choice(WORDS)
    _add(random, words, word)
    rules = rewriting(place, lambda each: each.update({name: word}))
    return Mutation(f"{name_of(place)}.{name} may be {word}", documents, seen_as(place, name, word), rules)


def _enums(documents: Documents) -> Iterator[tuple[Place, str, dict[str, Any]]]:
    """The properties of answers with a list of words: where, the name, the schema that has the list."""
    for place, schema in documents.objects().items():
        for name, part in schema["properties"].items():
            _, _, target = documents.schema(place[0], part)
            if "enum" in target:
                yield place, name, target


def _add(random: Random, words: dict[str, Any], word: str) -> None:
    """Put a word into an enum; a state gets a way into it too, and none out of it."""
    known = list(words["enum"])
    words["enum"].insert(random.randrange(len(known) + 1), word)
    if "x-transitions" in words:
        words["x-transitions"][word] = []
        words["x-transitions"][random.choice(known)].append(word)


def new_state(random: Random, documents: Documents) -> Mutation:
    """A state of orders that the mock knows how to enter and leave: a client moves an order through it."""
    words = documents.at((_ORDERS, "/components/schemas/OrderStatus"))
    word = random.choice(WORDS)
    words["enum"].append(word)
    words["x-transitions"][word] = ["confirmed"]
    words["x-transitions"]["pending"].append(word)

    def move(day: Day) -> None:
        order = day.need("orders.create", user_id=day.run.values[0].id, items=[item()])
        day.need("orders.set_status", order_id=order.id, status=word)
        day.need("orders.get", order_id=order.id)
        listed = day.need("orders.list_for_user", user_id=order.user_id, status=word)
        assert [each.id for each in listed] == [order.id]
        day.need("orders.set_status", order_id=order.id, status="confirmed")

    place = (_ORDERS, "/components/schemas/Order")
    return Mutation(f"orders may be {word}", documents, seen_as(place, "status", word), also=move)


def new_kind(random: Random, documents: Documents) -> Mutation:
    """A variant more of a union, that of the ways to pay: a client that is told of it can use it."""
    word = random.choice(WORDS)
    schemas = documents.data[_PAYMENTS]["components"]["schemas"]
    method, by_card = schemas["PaymentMethod"], random.random() < 0.5
    schemas["PaymentMethodSummary"]["properties"]["type"]["enum"].append(word)
    if by_card:
        schemas["CardPaymentMethod"]["properties"]["type"]["enum"].append(word)
        method["discriminator"]["mapping"][word] = "#/components/schemas/CardPaymentMethod"
        given = {**_on_the_wire(card(GOOD_CARD)), "type": word}
    else:
        code = {"description": "The voucher's code.", "type": "string", "writeOnly": True, "examples": ["V-1"]}
        kind = {"description": "Which kind.", "type": "string", "enum": [word], "examples": [word]}
        schemas["VoucherPaymentMethod"] = {
            "description": "Pay with a voucher.",
            "type": "object",
            "required": ["type", "code"],
            "properties": {"type": kind, "code": code},
        }
        method["oneOf"].append({"$ref": "#/components/schemas/VoucherPaymentMethod"})
        method["discriminator"]["mapping"][word] = "#/components/schemas/VoucherPaymentMethod"
        given = {"type": word, "code": "V-1"}

    def pay(day: Day) -> None:
        order = day.need("orders.create", user_id=day.run.values[0].id, items=[item()])
        day.need("payments.create", **paying(order, given))

    place = (_PAYMENTS, "/components/schemas/PaymentMethodSummary")
    what = f"payments by {word}, {'a card' if by_card else 'a voucher'}"
    return Mutation(what, documents, seen_as(place, "type", word), also=pay)


def _on_the_wire(method: dict[str, str]) -> dict[str, str]:
    """A card under the names of the wire, as whoever uses a kind that has no class must write it."""
    names = {"card_number": "cardNumber", "expiry_month": "expiryMonth", "expiry_year": "expiryYear"}
    return {names.get(name, name): value for name, value in method.items()}


def new_ids(random: Random, documents: Documents) -> Mutation:
    """Another form of ids."""
    file, name = random.choice([(_ORDERS, "Order"), (_PAYMENTS, "Payment")])
    template = random.choice(["o_{n}", "eu.order-{n}", "X{n}", "uuid"])
    documents.data[file]["components"]["schemas"][name]["x-resource"]["id"] = template
    start = template.partition("{")[0]

    def complaints(run: Run) -> Iterator[str]:
        ids = [model.id for model in run.models() if type(model).__name__ == name and hasattr(model, "id")]
        if not ids or not all(each.startswith(start) or (template == "uuid" and each.count("-") == 4) for each in ids):
            yield f"ids are {ids}"

    return Mutation(f"{name} ids like {template}", documents, complaints)
