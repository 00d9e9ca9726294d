"""YAML 1.2 and JSON text read into plain JSON values, with the place of every value.

PyYAML follows YAML 1.1, where `no` is false, `012` is ten and `2023-01-01` is a date. Only its C parser is used here;
scalars are read by the core schema of YAML 1.2, the one that JSON documents mean too.
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from yaml import (
    CollectionEndEvent,
    CollectionStartEvent,
    MappingNode,
    MarkedYAMLError,
    ScalarNode,
    SequenceNode,
    YAMLError,
)
from yaml.cyaml import CParser  # type: ignore[attr-defined]  # the stubs forget that it is public

from commerce_contract.pointer import join
from commerce_contract.source import Fault, Location

Marks = Mapping[str, tuple[int, int]]
"""JSON pointer to line and column, both from 1: of the key for a member, of the value for an element."""

_LARGEST: Final = 1_000_000  # values; an honest document has some ten thousand, an alias bomb has no end
_MANY: Final = 10_000  # brackets and dashes, above which a text is first looked through for endless nesting
_DEEPEST: Final = 1_000  # levels; the parser itself would crash at some ten thousand
_LONGEST: Final = 400  # digits; a double ends at 308
_CONSTANTS: Final[Mapping[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBERS: Final[tuple[tuple[re.Pattern[str], Callable[[str], int | float]], ...]] = (
    (re.compile(r"[-+]?[0-9]+"), int),
    (re.compile(r"0o[0-7]+"), lambda text: int(text, 0)),
    (re.compile(r"0x[0-9a-fA-F]+"), lambda text: int(text, 0)),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), float),
    (re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"), lambda text: float(text.replace(".", ""))),
)
_NUMBER_START: Final = frozenset("0123456789+-.")
_PLAIN: Final[object] = (True, False)  # the flags of a scalar without quotes
_TEXT: Final = "tag:yaml.org,2002:str"
_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


class _Composer(CParser):
    """The C parser alone: a node's tag is left as written, or as the flags (plain, quoted) of an untagged scalar."""

    def descend_resolver(self, *_: object) -> None: ...

    def ascend_resolver(self) -> None: ...

    def resolve(self, _kind: type, _value: object, implicit: object) -> object:
        return implicit


@dataclass(slots=True)
class _Reader:
    """Nodes to values; lives for one text."""

    file: str
    marks: dict[str, tuple[int, int]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def value(self, node: Any, pointer: str) -> Any:
        if len(self.marks) > _LARGEST:
            raise _TooLargeError
        if isinstance(node, ScalarNode):
            return self.scalar(node, pointer)
        if isinstance(node.tag, str):
            self.fault(node, pointer, f"the YAML tag {node.tag} has no JSON value", "Remove the tag")
        if isinstance(node, SequenceNode):
            return [self.element(item, f"{pointer}/{index}") for index, item in enumerate(node.value)]
        return self.mapping(node, pointer)

    def element(self, node: Any, pointer: str) -> Any:
        self.marks[pointer] = node.start_mark.line + 1, node.start_mark.column + 1
        return self.value(node, pointer)

    def mapping(self, node: MappingNode, pointer: str) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self.fault(key, pointer, "a key is not a string", "Write every key as one plain or quoted word")
                continue
            name: str = key.value
            place = join(pointer, name)
            if name in result:
                first = self.marks[place][0]
                self.fault(key, place, f"the key `{name}` stands here twice, first in line {first}", "Keep one of them")
                continue
            self.marks[place] = key.start_mark.line + 1, key.start_mark.column + 1
            if name == "<<" and key.tag == _PLAIN:
                self.fault(key, place, "the merge key << is not part of YAML 1.2", "Write the members out, or use $ref")
            result[name] = self.value(value, place)
        return result

    def scalar(self, node: ScalarNode, pointer: str) -> Any:
        text: str = node.value
        tag: object = node.tag
        if tag == _PLAIN:
            if text and text[0] in _NUMBER_START:
                return self.number(node, text, pointer)
            return _CONSTANTS.get(text, text)
        if isinstance(tag, str) and tag != _TEXT:
            self.fault(node, pointer, f"the YAML tag {tag} has no JSON value", "Remove the tag")
        return text

    def number(self, node: ScalarNode, text: str, pointer: str) -> int | float | str:
        for pattern, convert in _NUMBERS:
            if pattern.fullmatch(text):
                number = convert(text) if len(text) <= _LONGEST else math.inf
                if isinstance(number, int) or math.isfinite(number):
                    return number
                shown = text if len(text) <= _LONGEST else f"of {len(text)} digits"
                self.fault(node, pointer, f"JSON has no number {shown}", "Write a finite number, or quote it as text")
                return 0
        return text

    def fault(self, node: Any, pointer: str, message: str, hint: str) -> None:
        line, column = node.start_mark.line + 1, node.start_mark.column + 1
        self.faults.append(Fault(Location(self.file, pointer, line, column), message, hint))


class _TooLargeError(Exception):
    """Aliases multiplied a document beyond every honest size."""


def parse_yaml(text: str, file: str) -> tuple[Any, Marks, list[Fault]]:
    """The value of a YAML text, the place of each value in it, and what is wrong with it."""
    reader = _Reader(file)
    try:
        _check_depth(text)
        root = _Composer(text).get_single_node()
        value = None if root is None else reader.value(root, "")
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Location(file, "", mark.line + 1, mark.column + 1) if mark else Location(file, "", 1)
        if "nesting depth" in (error.problem or ""):  # PyYAML from 6.0.4 on has a limit of its own
            return None, {}, [_too_deep(place)]
        why = ", ".join(filter(None, (error.context, error.problem)))
        return None, {}, [Fault(place, f"not YAML: {why}", "Correct the syntax at this line or just before it")]
    except YAMLError as error:
        why = str(error).splitlines()[0]
        return None, {}, [Fault(Location(file, "", 1), f"not YAML: {why}", "Save the file as plain UTF-8 text")]
    except (RecursionError, _TooLargeError):
        return None, {}, [_too_deep(Location(file, "", 1))]
    return value, reader.marks, reader.faults


def _too_deep(place: Location) -> Fault:
    message = "nested too deeply, or aliases that multiply without end"
    return Fault(place, message, "Write the document without such nesting and aliases")


def _check_depth(text: str) -> None:
    """Raise where a text nests so deeply that the parser, which calls itself for each level, would not survive it."""
    if text.count("[") + text.count("{") + text.count("- ") <= _MANY:
        return
    events, depth = _Composer(text), 0
    while events.check_event():
        event = events.get_event()
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > _DEEPEST:
            raise _TooLargeError


def parse_json(text: str, file: str) -> tuple[Any, Marks, list[Fault]]:
    """The same for a JSON text. Places come from reading it as YAML, which JSON is but for surrogate escapes."""
    _, marks, faults = parse_yaml(_SURROGATE.sub("??????", text), file)
    try:
        value = json.loads(text, parse_constant=_no_constant)
        json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        place = Location(file, "", error.lineno, error.colno)
        return None, {}, [Fault(place, f"not JSON: {error.msg}", "Correct the syntax at this line or just before it")]
    except UnicodeEncodeError:
        return None, {}, [Fault(Location(file, "", 1), "not JSON: it escapes half a character", "Escape both halves")]
    except (ValueError, RecursionError):
        message = "not JSON that others read: a number without end, or nested too deeply"
        return None, {}, [Fault(Location(file, "", 1), message, "Write finite numbers and less nesting")]
    return value, marks, faults if marks else []


def _no_constant(name: str) -> float:
    """JSON has no NaN and no Infinity, though Python reads them."""
    raise ValueError(name)
