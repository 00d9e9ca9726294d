"""Rules for the deliveries of one world: which meet with something on their way. The same seed, the same ones."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from fnmatch import fnmatchcase
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from commerce_mock.delivery import receivers
from commerce_mock.delivery_effects import Chance, EffectOnDelivery, effect_of
from commerce_mock.events import Emitted
from commerce_mock.problems import Problem, invalid

if TYPE_CHECKING:
    from commerce_mock.behaviour import Behaviour

MOST: Final = 1000
_PREFIX: Final = "rule-"
_SELECTION: Final = frozenset({"effect", "type", "source", "receiver", "about", "share", "seed", "times"})
_KNOWN: Final = ("id", "seen", "struck")
_SCALE: Final = 2.0**64


@dataclass(eq=False, slots=True)
class DeliveryRule:
    """One rule of a world; lives until it is deleted, and acts until it has acted `times` times (None: always).

    `types` are names or patterns of event types, `sources` and `receivers` services (none: all of them), `about` is an
    id that the payload names, `share` the part of these deliveries that it acts on, from 0 to 1, chosen by `seed`
    (None: the world's). `seen` counts the deliveries that it might have acted on, `struck` those that it did.
    """

    effect: EffectOnDelivery
    types: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    receivers: tuple[str, ...] = ()
    about: str | None = None
    share: float = 1
    seed: int | None = None
    times: int | None = None
    id: str = ""
    seen: int = 0
    struck: int = 0

    @property
    def left(self) -> int | None:
        """How often it will act yet; None where it has no end."""
        return None if self.times is None else self.times - self.struck

    def strike(self, event: Emitted, receiver: str, seed: int) -> Chance | None:
        """The chances of a delivery that it acts on, None where it lets that one pass."""
        if not self._selects(event, receiver):
            return None
        number = self.seen
        self.seen += 1
        own = seed if self.seed is None else self.seed

        def chance(purpose: str) -> float:
            text = f"{own}/{self.id}/{number}/{purpose}"
            return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) / _SCALE

        if self.share < 1 and chance("share") >= self.share:
            return None
        self.struck += 1
        return chance

    def order(self) -> dict[str, Any]:
        """What was asked for, as the control document and scenarios write it."""
        selection = {"type": [*self.types], "source": [*self.sources], "receiver": [*self.receivers]}
        said = {
            "effect": self.effect.word,
            **{name: value for name, value in selection.items() if value},
            "about": self.about,
            "share": self.share,
            "seed": self.seed,
            "times": self.times,
            **{each.name: getattr(self.effect, each.name) for each in fields(self.effect)},
        }
        return {name: value for name, value in said.items() if value is not None}

    def document(self) -> dict[str, Any]:
        """The rule as the control document shows it."""
        return {"id": self.id, **self.order(), "seen": self.seen, "struck": self.struck}

    def anew(self, identifier: str) -> "DeliveryRule":
        """The same rule as one that has not acted yet."""
        return replace(self, id=identifier, seen=0, struck=0)

    def _selects(self, event: Emitted, receiver: str) -> bool:
        if self.types and not any(fnmatchcase(event.type, pattern) for pattern in self.types):
            return False
        if self.sources and event.event.service not in self.sources:
            return False
        if self.receivers and receiver not in self.receivers:
            return False
        return self.about is None or _names(event.payload, self.about)


class Struck(NamedTuple):
    """The rule that acts on a delivery, with the chances of that delivery."""

    rule: DeliveryRule
    chance: Chance


class DeliveryRules:
    """Lives as long as its world. `active` are those that can still act, in the order in which they were made.

    The first one that acts on a delivery decides. The world's lock guards all of it. `made` is how many ids were given.
    """

    __slots__ = ("_all", "_beginning", "active", "made")

    def __init__(self, beginning: Iterable[DeliveryRule] = ()) -> None:
        self._beginning = tuple(beginning)
        self.reset()

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[DeliveryRule]:
        return iter(list(self._all.values()))

    def get(self, identifier: str) -> DeliveryRule | None:
        """The rule with that id."""
        return self._all.get(identifier)

    def add(self, rule: DeliveryRule) -> DeliveryRule:
        """Make a rule, after all others; it gets its id. Raises Problem CONFLICT where there are too many."""
        if len(self._all) >= MOST:
            raise Problem("CONFLICT", f"There are {MOST} delivery rules already: delete some.")
        self.made += 1
        rule.id = f"{_PREFIX}{self.made}"
        self._all[rule.id] = rule
        self._sort()
        return rule

    def remove(self, identifier: str) -> None:
        """Delete a rule, if there is one of that id; what it keeps goes on waiting."""
        self._all.pop(identifier, None)
        self._sort()

    def clear(self) -> None:
        """Delete all."""
        self._all.clear()
        self._sort()

    def reset(self) -> None:
        """Return to the rules that the world began with, none of which has acted yet."""
        found = [rule.anew(rule.id or f"{_PREFIX}{n}") for n, rule in enumerate(self._beginning, 1)]
        self._take(max((int(rule.id.removeprefix(_PREFIX)) for rule in found), default=0), found)

    def begin(self, documents: Iterable[Mapping[str, Any]], behaviour: "Behaviour") -> None:
        """Let the world begin with these rules, now and after every reset; each keeps the id that its document has.

        Raises Problem as `rule_of` does.
        """
        self._beginning = tuple(known_rule_of(document, behaviour) for document in documents)
        self.reset()

    def go_on(self, rules: Iterable[DeliveryRule], made: int) -> None:
        """Go on as another world's would; a reset returns to those that can still act, none of which has then."""
        found = list(rules)
        self._beginning = tuple(rule for rule in found if rule.left != 0)
        self.reset()
        self._take(max(made, *(int(rule.id.removeprefix(_PREFIX)) for rule in found), 0), found)

    def saved(self) -> dict[str, Any]:
        """All of them with what they remember, as JSON."""
        return {"made": self.made, "all": [each.document() for each in self]}

    def restore(self, saved: Mapping[str, Any], behaviour: "Behaviour") -> None:
        """Go on as the saved ones would. Raises Problem as `rule_of` does."""
        self._take(saved["made"], [known_rule_of(each, behaviour) for each in saved["all"]])

    def twin(self) -> Self:
        """Those of another world with the same beginning."""
        return type(self)(self._beginning)

    def copy(self) -> Self:
        """Those of a fork: the same, with what they remember."""
        other = self.twin()
        other._take(self.made, (replace(rule) for rule in self))  # noqa: SLF001 - another of the same class
        return other

    def strike(self, event: Emitted, receiver: str, seed: int) -> Struck | None:
        """The rule that acts on a delivery, None where none does; `seed` is the world's."""
        for rule in self.active:
            chance = rule.strike(event, receiver, seed)
            if chance is not None:
                self._sort()
                return Struck(rule, chance)
        return None

    def _take(self, made: int, rules: Iterable[DeliveryRule]) -> None:
        self.made = made
        self._all = {rule.id: rule for rule in rules}
        self._sort()

    def _sort(self) -> None:
        self.active = tuple(rule for rule in self._all.values() if rule.left != 0)


def rule_of(document: Mapping[str, Any], behaviour: "Behaviour") -> DeliveryRule:
    """The rule that a document of the control API describes; the schema has judged it already.

    Raises Problem VALIDATION_ERROR where it selects no delivery of the contract, or says what does not belong together.
    """
    effect = effect_of(document, _SELECTION)
    types, sources, heard = (_listed(document.get(name, ())) for name in ("type", "source", "receiver"))
    events = behaviour.contract.events
    for pattern in types:
        if not any(fnmatchcase(name, pattern) for name in events):
            raise invalid("/type", f"{pattern!r} names no event: there are {', '.join(events) or 'none'}")
    named = [event for event in events.values() if not types or any(fnmatchcase(event.type, each) for each in types)]
    _known("/source", sources, {event.service: None for event in named}, "emits none of these events: they come from")
    hearing = {each: None for event in named for each in receivers(behaviour, event.type)}
    _known("/receiver", heard, hearing, "hears of none of these events: those that do are")
    return DeliveryRule(
        effect, types, sources, heard, document.get("about"), document.get("share", 1), document.get("seed"),
        document.get("times"),
    )  # fmt: skip


def known_rule_of(document: Mapping[str, Any], behaviour: "Behaviour") -> DeliveryRule:
    """The same of a rule that was there, with its id and what it remembers. Raises Problem as `rule_of` does."""
    order = {name: value for name, value in document.items() if name not in _KNOWN}
    return replace(rule_of(order, behaviour), **{name: document[name] for name in _KNOWN if name in document})


def _listed(given: str | Iterable[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _known(pointer: str, given: Iterable[str], known: Iterable[str], message: str) -> None:
    for name in given:
        if name not in known:
            raise invalid(pointer, f"{name!r} {message} {', '.join(known) or 'nowhere'}")


def _names(value: Any, wanted: str) -> bool:
    """Whether a payload has the wanted text or number anywhere."""
    if isinstance(value, dict):
        return any(_names(part, wanted) for part in value.values())
    if isinstance(value, list):
        return any(_names(part, wanted) for part in value)
    return not isinstance(value, bool) and value is not None and str(value) == wanted
