"""Docstrings of generated code: what the documents say, wrapped and escaped."""

from collections.abc import Iterable, Iterator
from typing import Final

from commerce_cli.generate.texts import sentence, wrapped
from commerce_cli.generate.values import Argument, Method, Wait

_WIDTH: Final = 108  # of a line of a method's docstring, which stands eight spaces to the right
_TIMEOUT: Final = "Seconds that the whole call may take, all attempts and the pauses between them; None: the client's."
_HEADERS: Final = "Further headers of the request."


def docstring(text: str) -> str:
    """A text as what may stand between three quotes."""
    escaped = wrapped(text, _WIDTH).replace("\\", "\\\\").replace('"""', r"\"\"\"")
    if "\n" in escaped:
        return f"{escaped}\n"
    return f'{escaped[:-1]}\\"' if escaped.endswith('"') else escaped


def document_method(method: Method) -> str:
    """The docstring of a method: what it does, its arguments, what it gives and raises, and where it is described."""
    summary = method.summary or f"{method.http} {method.path}"
    blocks = [sentence(summary), *([method.description] if method.description else [])]
    arguments = [_told(each.name, _about(each)) for each in method.arguments]
    if method.idempotency_key is not None:
        arguments.append(_told("idempotency_key", f"{method.idempotency_key[1]} None: a new one.".strip()))
    arguments += [_told("timeout", _TIMEOUT), _told("headers", _HEADERS)]
    blocks += [_section("Args", arguments), _section("Returns", [_entry(_gives(method))])]
    raised = [_told(each.error, f"{each.code} ({', '.join(map(str, each.statuses))})") for each in method.raised]
    blocks += [_section("Raises", raised)] if raised else []
    return _joined([*blocks, f"Source: {method.source}"])


def document_wait(wait: Wait) -> str:
    """The docstring of a method that waits."""
    method = wait.method
    arguments = [_told(each.name, _about(each)) for each in method.arguments if each.place == "path"]
    arguments += [_told("timeout", "Seconds to wait at most."), _told("headers", f"{_HEADERS[:-1]}s.")]
    raised = [
        _told("RequestTimeoutError", f"It was still `{wait.leaves}` when the time was over."),
        *(_told(each.error, f"{each.code} ({', '.join(map(str, each.statuses))})") for each in method.raised),
    ]
    return _joined(
        [
            f"Wait until its `{wait.state}` is no longer `{wait.leaves}`.",
            f"Reads it with `{method.operation}` again and again, with growing pauses.",
            _section("Args", arguments),
            _section("Returns", [_entry("What it was read as last.")]),
            _section("Raises", raised),
            f"Source: {method.source}",
        ]
    )


def _gives(method: Method) -> str:
    told = sentence(method.returned.description) or "What the service answers."
    if method.page is not None:
        return f"{told} Iterating reads the pages that follow.".strip()
    return told if method.returned.reference is not None else "Nothing."


def _about(argument: Argument) -> str:
    return sentence(argument.description) or f"`{argument.wire or 'body'}` of the request."


def _told(name: str, text: str) -> str:
    return _entry(f"{name}: {' '.join(text.split())}")


def _entry(text: str) -> str:
    lines = wrapped(text, _WIDTH - 8).splitlines()
    return "\n".join(f"{'    ' if index == 0 else '        '}{line}" for index, line in enumerate(lines))


def _section(title: str, entries: Iterable[str]) -> str:
    return "\n".join((f"{title}:", *entries))


def _joined(blocks: Iterable[str]) -> str:
    def texts() -> Iterator[str]:
        for block in blocks:
            is_section = block.partition("\n")[0] in {"Args:", "Returns:", "Raises:"}
            yield block if is_section else wrapped(block, _WIDTH)

    text = "\n\n".join(texts())
    return f"{text}\n".replace("\\", "\\\\").replace('"""', r"\"\"\"")
