"""Events on their way, for tests: held and released one by one, late, twice, in another order, or lost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from commerce_mock import deliveries
from commerce_mock.clock import SECOND, timestamp
from commerce_mock.world import World
from commerce_testing.duration import Duration, milliseconds
from commerce_testing.records import event_of

if TYPE_CHECKING:
    from commerce_sdk.events import Event

Control = Callable[..., Any]  # asks one of the mock's own controls
Some = str | list[str] | None
_SELECTION: Final = "type", "source", "receiver", "about", "share", "seed", "times"


@dataclass(frozen=True, slots=True)
class Underway:
    """One event on its way to one receiver, as it was when it was asked for.

    `receiver` is a service or `brokers`, `due` when it comes by itself (None: once it is released, or others
    have come), `rule` the id of the rule that keeps it.
    """

    id: str
    event: "Event" = field(repr=False)
    receiver: str
    since: datetime
    due: datetime | None
    rule: str


class Rule:
    """A rule that a test has made; acts until it is removed, at the latest when its `with` block ends.

    What it keeps on its way then stays there, until it is due or released.
    """

    def __init__(self, world: World, control: Control, identifier: str) -> None:
        self._world = world
        self._control = control
        self.id = identifier

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()

    def __repr__(self) -> str:
        return f"<Rule {self.id}>"

    @property
    def struck(self) -> int:
        """How many deliveries it has acted on; 0 when it is removed."""
        rule = self._world.delivery_rules.get(self.id)
        return 0 if rule is None else rule.struck

    def remove(self) -> None:
        """Let it act no more; nothing where it is gone already."""
        if self._world.delivery_rules.get(self.id) is not None:
            self._control("admin.delete_delivery_rule", None, rule_id=self.id)


class Deliveries:
    """How events come to those who hear of them in one world; lives as long as the test.

    Every method that makes a rule takes types of events, or patterns such as `payment_*` (none: all), and as keywords
    what the control API knows besides: `source` and `receiver` (services, of receivers also `brokers`; several as a
    list), `about` (an id in the payload), `share` with `seed`, and `times`. It gives the rule, also for a `with` block,
    and raises `ValueError` for what there is not. Of several rules the first that acts on a delivery decides.
    """

    def __init__(self, world: World, control: Control) -> None:
        self._world = world
        self._control = control

    def __repr__(self) -> str:
        return f"<Deliveries {self.held!r}>"

    def hold(self, *types: str, **selection: Any) -> Rule:
        """Let them wait until they are released."""
        return self._rule("hold", types, selection)

    def delay(self, delay: Duration, *types: str, up_to: Duration | None = None, **selection: Any) -> Rule:
        """Let them come so much later on the world's clock; with `up_to` some time between both, as the seed has it."""
        return self._rule("delay", types, selection, delay=_text(delay), up_to=_text(up_to))

    def duplicate(
        self,
        *types: str,
        copies: int = 1,
        delay: Duration | None = None,
        up_to: Duration | None = None,
        **selection: Any,
    ) -> Rule:
        """Let them come at once, and `copies` times more: at once too, or late as in `delay`."""
        return self._rule("duplicate", types, selection, copies=copies, delay=_text(delay), up_to=_text(up_to))

    def drop(self, *types: str, **selection: Any) -> Rule:
        """Let them be lost."""
        return self._rule("drop", types, selection)

    def reorder(self, *types: str, window: int | None = None, within: Duration | None = None, **selection: Any) -> Rule:
        """Collect `window` of them, or for the time `within`, and let them come in another order."""
        return self._rule("reorder", types, selection, window=window, within=_text(within))

    @property
    def held(self) -> list[Underway]:
        """All that are on their way, held or late, in the order in which they set out."""
        world = self._world
        with world.lock:
            store = world.store.begin()
            return [
                Underway(
                    each.id,
                    event_of(each.emitted(store).document(world.name)),
                    each.receiver,
                    _moment(each.since),
                    None if each.due is None else _moment(each.due),
                    each.rule,
                )
                for each in deliveries.pending(world)
            ]

    def release(self, *which: Underway | str, first: int | None = None) -> "list[Event]":
        """Make these deliveries now, in this order; without any of them all, or the `first` so many.

        Gives the events that came of it. Raises `ValueError` for one that is on its way no more.
        """
        body: Mapping[str, Any] = {"ids": _ids(which)} if which else {} if first is None else {"first": first}
        return [event_of(document) for document in self._control("admin.release_deliveries", body)["events"]]

    def lose(self, *which: Underway | str) -> None:
        """Let these deliveries be lost; without any of them all. Raises `ValueError` as `release` does."""
        for identifier in _ids(which):
            self._control("admin.drop_delivery", None, delivery_id=identifier)
        if not which:
            self._control("admin.drop_deliveries", None)

    def clear(self) -> None:
        """Remove all rules: from now on every event comes at once. What is on its way stays there."""
        self._control("admin.delete_delivery_rules", None)

    def _rule(self, effect: str, types: tuple[str, ...], selection: Mapping[str, Some], **settings: Any) -> Rule:
        unknown = sorted(selection.keys() - set(_SELECTION))
        if unknown:
            raise ValueError(f"a rule selects by {', '.join(_SELECTION)}, not by {', '.join(unknown)}")
        said = {"effect": effect, "type": [*types] or None, **selection, **settings}
        body = {name: value for name, value in said.items() if value is not None}
        return Rule(self._world, self._control, self._control("admin.create_delivery_rule", body)["id"])


def _ids(which: tuple[Underway | str, ...]) -> list[str]:
    return [each if isinstance(each, str) else each.id for each in which]


def _moment(milliseconds_: int) -> datetime:
    return datetime.fromisoformat(timestamp(milliseconds_))


def _text(duration: Duration | None) -> str | None:
    """A duration as the control API writes it."""
    if duration is None or isinstance(duration, str):
        return duration
    seconds, rest = divmod(milliseconds(duration), SECOND)
    return f"{seconds}s{rest}ms"
