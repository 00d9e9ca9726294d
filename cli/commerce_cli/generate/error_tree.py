"""The tree of all exceptions, drawn for the docstring of the generated module."""

from collections.abc import Iterable, Iterator

from commerce_cli.generate.error_reading import HANDWRITTEN
from commerce_cli.generate.values import ErrorClass
from commerce_sdk import _errors

_ROOT = _errors.CommerceError.__name__


def draw(errors: Iterable[ErrorClass]) -> str:
    """The tree: handwritten classes, and below them those of the codes with code and status."""
    children: dict[str, list[tuple[str, str]]] = {}
    for name in HANDWRITTEN:
        if name != _ROOT:
            children.setdefault(vars(_errors)[name].__mro__[1].__name__, []).append((name, ""))
    for each in errors:
        if not each.name.startswith("_"):
            children.setdefault(each.parents[0], []).append((each.name, f"{each.code} ({each.status})"))
    return "\n".join((_ROOT, *_branches(children, _ROOT)))


def _branches(children: dict[str, list[tuple[str, str]]], parent: str) -> Iterator[str]:
    below = children.get(parent, [])
    for index, (name, note) in enumerate(below):
        is_last = index == len(below) - 1
        yield f"{'└── ' if is_last else '├── '}{name}{f'  {note}' if note else ''}"
        for line in _branches(children, name):
            yield f"{'    ' if is_last else '│   '}{line}"
