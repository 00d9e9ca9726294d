"""What a request orders for itself: `Prefer: code=409, example=USER_001, wait=2` (RFC 7240), and `X-Mock-Fault`."""

import re
from dataclasses import dataclass
from typing import Final

from commerce_contract import Operation, Response
from commerce_mock.fault_answers import declared
from commerce_mock.fault_effects import Effect, Occasion, Strike
from commerce_mock.fault_kinds import LONGEST_DELAY, Kind, Malformed, Reset, Slow, Timeout, Truncate
from commerce_mock.problems import Problem, at
from commerce_mock.wire import Request

PREFER: Final = b"prefer"
FAULT: Final = b"x-mock-fault"
SLOWLY: Final = 64  # bytes a second, at which a small answer takes a few seconds
LONGEST: Final = 100  # characters of a preference that a refusal repeats
KINDS: Final[dict[str, Kind]] = {
    "reset": Reset(),
    "reset-after": Reset(after_commit=True),
    "timeout": Timeout(),
    "truncate": Truncate(),
    "malformed": Malformed(),
    "slow": Slow(SLOWLY),
}
_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]++"
_QUOTED = r'"(?:[^"\\]|\\.)*+"'
# A preference, and parameters, which none of ours has. Nothing is tried twice, however long the header is.
_PREFERENCE = re.compile(
    rf"\s*+(?P<name>{_WORD})\s*+(?:=\s*+(?P<value>{_QUOTED}|[^\s,;\"]*+))?+\s*+(?:;(?:[^,\"]|{_QUOTED})*+)?+(?:,|$)"
)


@dataclass(frozen=True, slots=True)
class Preferences:
    """Those that the mock honours, as they stand in the header; every other is ignored, as RFC 7240 wants it."""

    code: str | None = None
    example: str | None = None
    wait: str | None = None

    @property
    def applied(self) -> str:
        """As `Preference-Applied` repeats them."""
        said = {"code": self.code, "example": self.example, "wait": self.wait}
        return ", ".join(f"{name}={_written(value)}" for name, value in said.items() if value is not None)


def preferences(header: bytes) -> Preferences:
    """Read a `Prefer` header; of what is said twice the first counts, and after what cannot be read nothing does."""
    text, place = header.decode("latin-1"), 0
    said: dict[str, str] = {}
    while place < len(text) and (found := _PREFERENCE.match(text, place)) is not None:
        said.setdefault(found["name"].lower(), _plain(found["value"] or ""))
        place = found.end()
    return Preferences(**{name: said[name] for name in ("code", "example", "wait") if name in said})


def own_strike(occasion: Occasion, request: Request) -> Strike | None:
    """What a request orders for itself, None for nothing.

    Raises Problem BAD_REQUEST for what the operation does not declare, and what is no fault.
    """
    header, word = request.headers.get(PREFER), request.headers.get(FAULT)
    wanted = preferences(header) if header is not None else Preferences()
    told = f"Prefer {wanted.applied}" if wanted.applied else ""
    effect = Effect(delay=_seconds(wanted.wait))
    if wanted.code is not None or wanted.example is not None:
        answer, code = declared(occasion, _chosen(occasion.operation, wanted), wanted.example, {})
        effect = Effect(reaches=False, rewrite=lambda _: answer, code=code, delay=effect.delay)
    if word is not None:
        ordered = _ordered(word).strike(occasion) or Effect()
        effect = _both(effect, ordered)
        told = ", ".join(filter(None, (told, f"X-Mock-Fault {word.decode()}")))
    applied = wanted.applied.encode("latin-1") if wanted.applied else None
    return Strike(told, effect, None, applied) if told else None


def decides(strike: Strike) -> bool:
    """Whether a strike says more than to wait: then the world's faults leave the request alone."""
    effect = strike.effect
    return not effect.reaches or effect.rewrite is not None or effect.ending != "whole" or effect.rate is not None


def _both(preferred: Effect, ordered: Effect) -> Effect:
    """The answer that was preferred, on its way through what was ordered."""
    first, second = preferred.rewrite, ordered.rewrite
    rewrite = (lambda written: second(first(written))) if first and second else first or second
    reaches = preferred.reaches and ordered.reaches
    return Effect(reaches, rewrite, preferred.code, preferred.delay, ordered.ending, ordered.rate)


def _chosen(operation: Operation, wanted: Preferences) -> Response:
    """The declared answer that is preferred."""
    answers = operation.responses
    if wanted.code is not None:
        status = int(wanted.code) if re.fullmatch(r"[0-9]{3}", wanted.code) else 0
        if status not in answers:
            raise _refused(f"code={wanted.code[:LONGEST]}: {operation.name} declares {', '.join(map(str, answers))}.")
        choice = [answers[status]]
    else:
        choice = [operation.success, *answers.values()]
    if wanted.example is None:
        return choice[0]
    found = next((response for response in choice if wanted.example in response.examples), None)
    if found is None:
        names = dict.fromkeys(name for response in choice for name in response.examples)
        raise _refused(f"example={wanted.example[:LONGEST]}: {operation.name} shows {', '.join(names) or 'none'}.")
    return found


def _seconds(wait: str | None) -> float:
    if wait is None:
        return 0.0
    if not re.fullmatch(r"[0-9]{1,4}(?:\.[0-9]{1,6})?", wait) or float(wait) > LONGEST_DELAY:
        raise _refused(f"wait={wait[:LONGEST]}: give seconds from 0 to {LONGEST_DELAY:g}, such as wait=2 or wait=0.5.")
    return float(wait)


def _ordered(word: bytes) -> Kind:
    kind = KINDS.get(word.decode("latin-1").strip().lower())
    if kind is None:
        raise at("BAD_REQUEST", "/header/X-Mock-Fault", f"There is no such fault: give one of {', '.join(KINDS)}.")
    return kind


def _refused(message: str) -> Problem:
    return at("BAD_REQUEST", "/header/Prefer", message)


def _plain(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value


def _written(value: str) -> str:
    if re.fullmatch(_WORD, value):
        return value
    escaped = re.sub(r'(["\\])', r"\\\1", value)
    return f'"{escaped}"'
