"""Mutations of objects: properties that are new, gone, or null."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any, Final

from commerce_mock.call import Call, Result, Rule
from commerce_mock.naming import snake
from commerce_mock.transaction import Transaction
from sdk.compatibility.documents import COMMON, Documents, Place, name_of
from sdk.compatibility.mutation import Mutation, rewriting, usual
from sdk.compatibility.record import Run
from sdk.compatibility.scenario import GOOD_CARD, Day, card, item, paying

# Names that a later contract may well have: also those of Python and pydantic, which a model has attributes of.
NAMES: Final = (
    "loyaltyTier", "gift_note", "copy", "json", "dict", "model_config", "model_fields", "model_extra", "to_wire",
    "class", "self", "from", "None", "schema", "validate", "construct", "_links", "__class__", "__dict__", "$type",
    "@context", "größe", "2fa", "with space", "with-dash", "with/slash", "fields_set", "metadata", "raw", "is_known",
)  # fmt: skip
_SCALARS: Final[tuple[tuple[dict[str, Any], Any], ...]] = (
    ({"type": "string"}, "gold"),
    ({"type": "string", "enum": ["red", "blue"]}, "blue"),
    ({"type": "string", "format": "date-time"}, "2026-02-03T04:05:06Z"),
    ({"type": "string", "format": "uuid"}, "550e8400-e29b-41d4-a716-446655440009"),
    ({"type": "integer"}, 2**40),
    ({"type": "number"}, 29.9),
    ({"type": "boolean"}, True),
    ({"type": ["string", "null"]}, None),
    ({"type": "array", "items": {"type": "integer"}}, [3, 1, 2]),
    ({"type": "string"}, ""),
)
_NESTED: Final[tuple[tuple[dict[str, Any], Any], ...]] = (
    (
        {"type": "object", "required": ["level"], "properties": {"level": {"type": "integer"}}},
        {"level": 3, "id": "inner", "unknown": [{"deep": 1.5}]},
    ),
    (
        {"type": "array", "items": {"type": "object", "properties": {"status": {"type": "string"}}}},
        [{"status": "open"}, {"status": "closed"}],
    ),
    ({"type": "object", "additionalProperties": {"type": "number"}}, {"EUR": 1.25, "USD": 7}),
    ({"type": "object", "properties": {"items": {"type": "array", "items": {"type": "string"}}}}, {}),
)


def new_property(name: str, schema: dict[str, Any], value: Any) -> dict[str, Any]:
    """A property's schema as a document writes it."""
    return {"description": f"{name}, which is new.", **schema, "examples": [value]}


def kept_as_extra(name: str, value: Any) -> Callable[[Run], Iterator[str]]:
    """Each time that the wire had the new property, some value has it too, and nothing else of it."""

    def complaints(run: Run) -> Iterator[str]:
        told, kept = run.told_as(name), run.kept_as(name)
        if not told:
            yield f"{name} was in no answer"
        if len(kept) != len(told) or not all(_same(each, value) for each in kept):
            yield f"{name} was told {len(told)} times and is kept as {kept}"

    return complaints


def _same(kept: Any, value: Any) -> bool:
    """Whether a value was kept digit for digit; a float of the wire is the decimal that it was written as."""
    if isinstance(value, dict):
        return kept.keys() == value.keys() and all(_same(kept[name], member) for name, member in value.items())
    if isinstance(value, list):
        return len(kept) == len(value) and all(map(_same, kept, value))
    return type(kept).__name__ == "Decimal" and str(kept) == str(value) if isinstance(value, float) else kept == value


def required_field(random: Random, documents: Documents) -> Mutation:
    """A property that every answer has from now on; the mock fills it as the examples show it."""
    # What requests hold too would break old requests; of health, and inside of what it stores, the mock has words of
    # its own.
    left_out = {*documents.asked(), *documents.parts_of_resources()}
    places = [each for each in documents.objects().items() if each[0] not in left_out and each[0][0] != COMMON]
    place, schema = random.choice(places)
    form, value = random.choice(_SCALARS + _NESTED)
    name = random.choice(NAMES)
    for example in documents.shown(place):
        example[name] = value
    schema["properties"][name] = new_property(name, form, value)
    schema["required"] = [*schema.get("required", ()), name]
    rules = {} if "x-resource" in schema else rewriting(place, lambda each: each.setdefault(name, value))
    return Mutation(f"{name_of(place)} has {name} required", documents, kept_as_extra(name, value), rules)


def optional_field(random: Random, documents: Documents) -> Mutation:
    """A property that answers may have."""
    return _optional(random, documents, *random.choice(_SCALARS))


def nested_object(random: Random, documents: Documents) -> Mutation:
    """The same, an object or a list of objects."""
    return _optional(random, documents, *random.choice(_NESTED))


def _optional(random: Random, documents: Documents, form: dict[str, Any], value: Any) -> Mutation:
    place, schema = random.choice(list(documents.objects().items()))
    name = random.choice(NAMES)
    schema["properties"][name] = new_property(name, form, value)
    rules = rewriting(place, lambda each: each.update({name: value}))
    return Mutation(f"{name_of(place)} may have {name}", documents, kept_as_extra(name, value), rules)


def namesake(random: Random, documents: Documents) -> Mutation:
    """A property whose name is what Python calls another one, which is absent: it must not be taken for that."""
    place, schema, name = random.choice(
        [
            each
            for each in _optional_ones(documents)
            if snake(each[2]) != each[2] and not usual().told_as(snake(each[2]))
        ]
    )
    form, value = random.choice(_SCALARS + _NESTED)
    schema["properties"][snake(name)] = new_property(snake(name), form, value)

    def change(shown: dict[str, Any]) -> None:
        shown.pop(name, None)
        shown[snake(name)] = value

    what = f"{name_of(place)} has {snake(name)} and no {name}"
    return Mutation(what, documents, kept_as_extra(snake(name), value), rewriting(place, change))


def field_gone(random: Random, documents: Documents) -> Mutation:
    """An optional property that no answer has any more."""
    place, schema, name = random.choice(list(_optional_ones(documents)))
    del schema["properties"][name]
    for example in documents.shown(place):
        example.pop(name, None)
    rules = rewriting(place, lambda each: each.pop(name, None))

    def complaints(run: Run) -> Iterator[str]:
        before, now = _given(usual(), place, name), _given(run, place, name)
        if not before or now:
            yield f"{name} was there {len(before)} times and is now {len(now)} times"

    return Mutation(f"{name_of(place)} has no {name} any more", documents, complaints, rules)


def nullable_field(random: Random, documents: Documents) -> Mutation:
    """An optional property that may be null from now on, and is."""
    place, schema, name = random.choice(list(_optional_ones(documents)))
    part = schema["properties"][name]
    schema["properties"][name] = {"description": "New: may be null.", "oneOf": [part, {"type": "null"}]}
    rules = rewriting(place, lambda each: each.update({name: None}))

    def complaints(run: Run) -> Iterator[str]:
        given = _given(run, place, name)
        if not given or any(each is not None for each in given):
            yield f"{name} is {given}"

    return Mutation(f"{name_of(place)} may have null as {name}", documents, complaints, rules)


def _optional_ones(documents: Documents) -> Iterator[tuple[Place, dict[str, Any], str]]:
    objects = documents.objects()
    # What one answer may leave out and another of the same resource may not, such as when an order was cancelled; and
    # what events tell in any case.
    required = {name for schema in objects.values() for name in schema.get("required", ())}
    told = documents.told_by_events()
    for place, schema in objects.items():
        for name in schema["properties"]:
            if name not in required and snake(name) not in told and _given(usual(), place, name):
                yield place, schema, name


def _given(run: Run, place: Place, name: str) -> list[Any]:
    """What values of a schema's class were given for a property, by its name on the wire."""
    found = []
    for model in run.models():
        if type(model).__name__ == name_of(place):
            for attribute, info in type(model).model_fields.items():
                if (info.serialization_alias or attribute) == name and attribute in model.model_fields_set:
                    found.append(getattr(model, attribute))
    return found


def request_field(random: Random, documents: Documents) -> Mutation:
    """A property that requests may have: the old client need not send it, and can where it is given a mapping."""
    heard: list[Any] = []
    schema_name, operation, send = random.choice(_NESTED_REQUESTS)
    form, value = random.choice(_SCALARS[:7])
    name = random.choice(NAMES)
    place, schema = next(each for each in documents.asked().items() if name_of(each[0]) == schema_name)
    schema["properties"][name] = new_property(name, form, value)

    def listening(rule: Rule) -> Rule:
        def listens(tx: Transaction, call: Call) -> Result:
            heard.extend(_values(call.body, name))
            return rule(tx, call)

        return listens

    def complaints(_: Run) -> Iterator[str]:
        if heard != [value]:
            yield f"the service heard {heard}"

    return Mutation(
        f"{name_of(place)} takes {name}",
        documents,
        complaints,
        {operation: listening},
        lambda day: send(day, {name: value}),
    )


def _values(body: Any, name: str) -> Iterator[Any]:
    for member in body.values():
        for each in member if isinstance(member, list) else [member]:
            if isinstance(each, dict) and name in each:
                yield each[name]


def _order_more(day: Day, extra: dict[str, Any]) -> None:
    day.again("orders.create", user_id=_user_id(day), items=[item(), {**item(), **extra}])


def _tell_more(day: Day, extra: dict[str, Any]) -> None:
    day.again("users.update", profile=extra)


def _pay_more(day: Day, extra: dict[str, Any]) -> None:
    order = day.need("orders.create", user_id=_user_id(day), items=[item()])
    day.need("payments.create", **paying(order, {**card(GOOD_CARD), **extra}))


def _user_id(day: Day) -> str:
    user_id: str = day.run.values[0].id
    return user_id


_NESTED_REQUESTS: Final[tuple[tuple[str, str, Callable[[Day, dict[str, Any]], None]], ...]] = (
    ("OrderItem", "orders.create", _order_more),
    ("Profile", "users.update", _tell_more),
    ("CardPaymentMethod", "payments.create", _pay_more),
)
