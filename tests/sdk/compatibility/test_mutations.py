"""A client that was generated from the contract of today lives with the service of tomorrow: 200 mutations, by seed."""

from collections import Counter
from pathlib import Path
from random import Random
from typing import Final

import pytest
from pydantic import ConfigDict

from commerce_sdk._codec import validator
from commerce_sdk._generated.models import shared
from commerce_sdk._generated.models.shared import Readiness
from harness.platform import contract
from sdk.compatibility.documents import Documents, Place, name_of
from sdk.compatibility.mutation import Kind, Mutation, examine, rewriting, usual
from sdk.compatibility.new_events import new_entry, new_event
from sdk.compatibility.new_fields import (
    field_gone,
    kept_as_extra,
    namesake,
    nested_object,
    new_property,
    nullable_field,
    optional_field,
    request_field,
    required_field,
)
from sdk.compatibility.new_operations import new_header, new_operation, new_parameter
from sdk.compatibility.new_problems import new_code, new_shared_code, new_status
from sdk.compatibility.new_values import new_ids, new_kind, new_state, new_word

KINDS: Final[tuple[Kind, ...]] = (
    new_word,
    required_field,
    new_event,
    new_code,
    optional_field,
    field_gone,
    new_entry,
    nested_object,
    namesake,
    new_state,
    new_status,
    nullable_field,
    new_parameter,
    new_kind,
    new_header,
    request_field,
    new_operation,
    new_shared_code,
    new_ids,
)
SEEDS: Final = range(200)


def mutation(seed: int) -> Mutation:
    return KINDS[seed % len(KINDS)](Random(seed), Documents())  # noqa: S311 - a test's dice


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.untraced  # to trace so many takes longer than to do them
def test_the_old_client_lives_with_what_is_new_and_sees_it(seed: int, tmp_path: Path) -> None:
    made = mutation(seed)
    assert (made.what, examine(made, tmp_path)) == (made.what, [])


def test_no_kind_is_rare_and_hardly_two_mutations_are_alike() -> None:
    kinds = Counter(seed % len(KINDS) for seed in SEEDS)
    assert min(kinds.values()) >= 10
    assert len({mutation(seed).what for seed in SEEDS}) > 150


def _gone(place: Place, name: str, documents: Documents) -> Mutation:
    """A mutation that is not allowed: what every answer had is gone."""
    schema = documents.at(place)
    schema["required"].remove(name)
    del schema["properties"][name]
    return Mutation(f"no {name}", documents, lambda _: iter(()), rewriting(place, lambda each: each.pop(name, None)))


ORDER: Final = ("openapi/orders.yaml", "/components/schemas/Order")
USER: Final = ("openapi/users.yaml", "/components/schemas/User")


@pytest.mark.parametrize(("place", "name"), [(ORDER, "createdAt"), (USER, "is_active")])
def test_a_required_property_that_is_gone_is_reported(place: Place, name: str, tmp_path: Path) -> None:
    complaints = examine(_gone(place, name, Documents()), tmp_path)
    first = f"{place[0][8:-5]}.create was {name_of(place)} and is BadResponseError"
    assert complaints[0] == first


def test_a_property_of_another_type_is_reported(tmp_path: Path) -> None:
    documents = Documents()
    documents.at(USER)["properties"]["is_active"] = {"description": "Now a word.", "type": "string"}
    for shown in documents.shown(USER):
        shown["is_active"] = "since yesterday"
    rules = rewriting(USER, lambda each: each.update(is_active="since yesterday"))
    complaints = examine(Mutation("a word", documents, lambda _: iter(()), rules), tmp_path)
    assert complaints[0] == "users.create was User and is BadResponseError"


def test_an_event_without_a_required_entry_is_reported(tmp_path: Path) -> None:
    documents = Documents()
    data = documents.at(("asyncapi/payments.yaml", "/components/schemas/PaymentCompleted/properties/data"))
    data["required"].remove("currency")
    del data["properties"]["currency"]
    complaints = examine(Mutation("no currency", documents, lambda _: iter(())), tmp_path)
    assert complaints[0] == "event payment_completed was PaymentCompleted and is InvalidEventError"


def test_a_mutation_that_no_answer_shows_does_not_pass(tmp_path: Path) -> None:
    documents = Documents()
    documents.at(ORDER)["properties"]["note"] = new_property("note", {"type": "string"}, "a")
    silent = Mutation("a note that nobody writes", documents, kept_as_extra("note", "a"))
    assert examine(silent, tmp_path) == ["note was in no answer"]


def test_a_value_that_is_lost_on_its_way_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Forgetful(Readiness):
        model_config = ConfigDict(extra="ignore", populate_by_name=True)

    Forgetful.__name__ = "Readiness"
    monkeypatch.setattr(shared, "Readiness", Forgetful)
    validator.cache_clear()
    documents = Documents()
    place = ("openapi/common.yaml", "/components/schemas/Readiness")
    documents.at(place)["properties"]["note"] = new_property("note", {"type": "string"}, "a")
    rules = rewriting(place, lambda each: each.update(note="a"))
    complaints = examine(Mutation("a note", documents, kept_as_extra("note", "a"), rules), tmp_path)
    validator.cache_clear()
    assert "note was told 4 times and is kept as []" in complaints
    assert "orders.ready lost /note='a'" in complaints


def test_a_code_that_is_not_provoked_does_not_pass(tmp_path: Path) -> None:
    made = new_status(Random(1), Documents())  # noqa: S311 - a test's dice
    made.also = lambda _: None
    assert "not by" in "".join(examine(made, tmp_path))


def test_the_usual_day_uses_every_operation_and_hears_every_event() -> None:
    day = usual()
    done = {step for step, _ in day.trace}
    assert done >= {name for name in contract().operations if not name.startswith("admin.")}
    assert {event.event_type for event in day.events} == set(contract().events)
    assert day.lost == []
