"""Whole contracts: nothing is told where nothing changed, something wherever something did; versions excuse."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from commerce_contract import Contract, ContractError, load
from commerce_contract.changes import Comparison, compare
from commerce_contract.changes.versions import rose
from contract.changes.shops import EVENTS, HTTP, MAIL, SHOP, Edit, shop, written

WIDER: Edit = (HTTP, "maximum: 100}", "maximum: 200}")
SILENT = {"openapi", "asyncapi"}  # which version of a language a document is written in is no fact of the contract


@pytest.fixture(scope="module")
def before() -> Contract:
    return load(SHOP)


def rules(comparison: Comparison) -> list[str]:
    return [change.rule.id for change in comparison.changes]


def test_nothing_changed_between_a_contract_and_itself(platform: Contract) -> None:
    assert compare(platform, platform) == Comparison((), ())
    assert compare(platform, load(platform.root)) == Comparison((), ())


def test_nothing_changed_where_only_the_layout_did(tmp_path: Path, before: Contract) -> None:
    written(tmp_path)
    for file in (HTTP, EVENTS, MAIL):
        path = tmp_path / file
        path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()), sort_keys=False, width=40))
    assert compare(before, load(tmp_path)) == Comparison((), ())


def test_a_schema_that_moved_to_another_place_is_the_same(tmp_path: Path, before: Contract) -> None:
    reference = "{$ref: '#/components/schemas/Status'}"
    after = shop(tmp_path, (HTTP, f"status: {reference}\n", f"status: {{allOf: [{reference}]}}\n"))
    assert compare(before, after).changes == ()


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        if isinstance(member, dict | list):
            yield from leaves(member, (*path, key))
        elif key not in SILENT:
            yield (*path, key)


def other(value: Any) -> Any:
    """Another value that may well stand in the same place."""
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else f"{value}x"


@pytest.mark.parametrize("file", [HTTP, EVENTS, MAIL])
@pytest.mark.untraced  # to trace so many takes longer than to do them
def test_no_value_of_a_document_changes_in_silence(file: str, tmp_path: Path, before: Contract) -> None:
    document = yaml.load((SHOP / file).read_text(), yaml.CSafeLoader)
    written(tmp_path)
    silent, told = [], 0
    for path in leaves(document):
        mutant = copy.deepcopy(document)
        holder = mutant
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = other(holder[path[-1]])
        (tmp_path / file).write_text(yaml.dump(mutant, Dumper=yaml.CSafeDumper, sort_keys=False))
        try:
            after = load(tmp_path)
        except ContractError:
            continue
        found = compare(before, after)
        told += bool(found.changes or found.texts)
        if not found.changes and not found.texts:
            silent.append("/".join(map(str, path)))
    assert silent == []
    assert told >= {HTTP: 50, EVENTS: 20, MAIL: 2}[file]


def test_a_change_of_a_shared_schema_is_told_once_with_all_that_it_concerns(tmp_path: Path, before: Contract) -> None:
    (change,) = compare(before, shop(tmp_path, WIDER)).changes
    assert change.what == "`maximum` of `Offer.price` is `200`, and was `100`"
    assert change.concerns == ("shop.create 201", "shop.get 200")
    assert change.services == ("shop",)
    assert change.old is not None
    assert change.new is not None
    assert str(change.new) == str(change.old) == f"{HTTP}:138 #/components/schemas/Offer/properties/price/maximum"


@pytest.mark.parametrize(
    ("version", "excused"), [("1.2.0", False), ("1.3.0", False), ("2.0.0", True), ("0.9.0", False), ("next", False)]
)
def test_a_change_that_the_major_version_announces_breaks_nobody(
    version: str,
    *,
    excused: bool,
    tmp_path: Path,
    before: Contract,
) -> None:
    after = shop(tmp_path, WIDER, (HTTP, "version: 1.2.0", f"version: {version}"))
    change = compare(before, after).changes[0]
    assert (change.rule.id, change.breaking(), change.announced) == ("response-wider", not excused, excused)


def test_the_version_that_counts_is_that_of_the_document_concerned(tmp_path: Path, before: Contract) -> None:
    after = shop(tmp_path, WIDER, (EVENTS, "version: 1.0.0", "version: 2.0.0"), (EVENTS, "offer_events", "bids"))
    found = {change.rule.id: change.risen for change in compare(before, after).changes}
    assert found == {"response-wider": False, "channel-moved": True, "version-changed": True}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("1.9.9", "2.0.0", True),
        ("1.0.0", "1.1.0", False),
        ("2.0.0", "1.0.0", False),
        ("0.1.0", "0.2.0", True),
        ("0.2.0", "0.2.1", False),
        ("0.2.0", "1.0.0", True),
        ("v1", "v2.0.0-rc.1", True),
        ("one", "two", False),
        ("", "1.0.0", False),
    ],
)
def test_a_version_announces_breaks_by_its_major_or_with_zero_by_its_minor(
    old: str, new: str, *, expected: bool
) -> None:
    assert rose(old, new) is expected


def test_one_service_alone_is_told(tmp_path: Path, before: Contract) -> None:
    after = shop(tmp_path, WIDER, (MAIL, "version: 1.0.0", "version: 1.1.0"))
    assert rules(compare(before, after)) == ["response-wider", "version-changed"]
    assert rules(compare(before, after, "shop")) == ["response-wider"]
    assert rules(compare(before, after, "mail")) == ["version-changed"]


PETS = """\
openapi: 3.0.3
info: {title: Pets, version: 1.0.0}
paths:
  /pets:
    get:
      operationId: listPets
      summary: All pets
      responses:
        '200': {description: Pets., content: {application/json: {schema: {type: array, items: {type: string}}}}}
"""


def test_documents_under_other_names_are_one_service(tmp_path: Path) -> None:
    (tmp_path / "v1.yaml").write_text(PETS)
    (tmp_path / "v2.yaml").write_text(PETS.replace("All pets", "Pets").replace("1.0.0", "1.1.0"))
    (tmp_path / "v3.yaml").write_text(
        PETS.replace("items: {type: string}", "items: {type: integer}").replace("1.0", "2.0")
    )
    first, second, third = (load(tmp_path / f"v{number}.yaml") for number in (1, 2, 3))
    assert rules(compare(first, second)) == ["version-changed"]
    assert [change.rule.id for change in compare(first, second).texts] == ["text-changed"]
    change = compare(first, third).changes[0]
    assert (change.rule.id, change.concerns, change.risen) == ("response-changed", ("v3.listPets 200",), True)


def test_a_service_under_another_name_is_told_once(tmp_path: Path, before: Contract) -> None:
    after = shop(tmp_path, (HTTP, "operationId: shop.", "operationId: stall."))
    assert rules(compare(before, after)) == ["service-renamed"]
