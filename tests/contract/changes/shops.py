"""A small contract that has something for every rule, and what a change of its text makes of it."""

from pathlib import Path

from commerce_contract import Contract, load

SHOP = Path(__file__).parent / "shop"
HTTP, EVENTS, MAIL = "openapi/shop.yaml", "asyncapi/shop.yaml", "asyncapi/mail.yaml"

Edit = tuple[str, str, str]
"""A file, a text that stands in it, and what to write instead, wherever it stands."""

Case = tuple[list[Edit], set[str], set[str]]
"""Edits, the rules of what they change, and the rules of what taking them back changes."""


def shop(directory: Path, *edits: Edit) -> Contract:
    """The contract with these edits made, written to a directory of its own."""
    return load(written(directory, *edits))


def written(directory: Path, *edits: Edit) -> Path:
    """The documents with these edits made."""
    for source in SHOP.glob("*/*.yaml"):
        target = directory / source.relative_to(SHOP)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = source.read_text(encoding="utf-8")
        for file, old, new in edits:
            if source == SHOP / file:
                assert old in text, f"{old!r} does not stand in {file}"
                text = text.replace(old, new)
        target.write_text(text, encoding="utf-8")
    return directory
