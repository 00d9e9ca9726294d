"""Whatever is done to a document, `load` refuses it with faults or reads it: nobody meets a traceback."""

import copy
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
import yaml

from commerce_contract import ContractError, load
from contract.tiny import EVENTS, MAIL, TICKETS, TINY, changed

JUNK = cycle(
    [
        None,
        5,
        "word",
        [],
        {},
        True,
        [None],
        {"$ref": "#"},
        [{"a": [1]}],
        {"$ref": 7},
        {"type": [], "enum": [{"a": 1}], "oneOf": [{"$ref": "#"}], "discriminator": {"mapping": {"b": 5}}},
        "{n}",
        {"200": {"$ref": "#/components"}, "x-a": 1},
    ]
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield (*path, key)
        yield from places(member, (*path, key))


def mutants(document: Any) -> Iterator[Any]:
    """The document with each of its values once replaced, and every other one once removed."""
    for number, path in enumerate(places(document)):
        for removes in (False, True)[: 1 + number % 2]:
            mutant = copy.deepcopy(document)
            holder = mutant
            for key in path[:-1]:
                holder = holder[key]
            if removes:
                del holder[path[-1]]
            else:
                holder[path[-1]] = next(JUNK)
            yield mutant


@pytest.mark.parametrize("file", [TICKETS, EVENTS, MAIL])
@pytest.mark.untraced  # to trace so many takes longer than to do them
def test_every_mutant_is_read_or_refused_with_places(tmp_path: Path, file: str) -> None:
    changed(tmp_path)
    refused = []
    document = yaml.load((TINY / file).read_text(encoding="utf-8"), yaml.CSafeLoader)
    for mutant in mutants(document):
        (tmp_path / file).write_text(yaml.dump(mutant, Dumper=yaml.CSafeDumper), encoding="utf-8")
        try:
            load(tmp_path)
        except ContractError as error:
            refused.append(error.faults)
    assert len(refused) > 5
    assert all(fault.location.line > 0 and fault.message and fault.hint for faults in refused for fault in faults)
