"""A breaker that is watched while the service behind it is down, and when it is up again."""

from dataclasses import dataclass

from commerce_conformance import metrics
from commerce_conformance.depending import Breaker
from commerce_conformance.exchange import Exchange
from commerce_conformance.trial import Trial


@dataclass(frozen=True, slots=True)
class Look:
    """What a breaker was shown to be; lives as long as its outage."""

    state: str
    count: int
    exchange: Exchange


class Guard:
    """Watches one breaker; lives as long as an outage. Others may call the service too, so no count is foreseen.

    `wrong` is whether its states were found not to follow from its counts, which is told once.
    """

    def __init__(self, trial: Trial, breaker: Breaker) -> None:
        self._trial = trial
        self._breaker = breaker
        self.wrong = False
        self._last = self.look()

    @property
    def threshold(self) -> int:
        """How many calls fail in a row before it opens."""
        return self._breaker.threshold

    def look(self) -> Look | None:
        """How it is now: closed as long as fewer calls failed in a row than open it, and no longer."""
        breaker, trial = self._breaker, self._trial
        answered = trial.session.call(breaker.operation)
        shown = breaker.shown(answered.json)
        if not trial.check(
            shown is not None, f"{breaker.operation.name} shows the breaker {breaker.name}",
            expected=f"its {breaker.state} and {breaker.count}", got=answered.told(),
            at=breaker.operation.location, exchanges=[answered],
        ) or shown is None:  # fmt: skip
            self._last = None
            return None
        self._last = look = Look(*shown, answered)
        few = look.count < breaker.threshold
        self.wrong = self.wrong or not trial.check(
            (look.state == breaker.closed) == few,
            f"{breaker.name} is {breaker.closed} until {breaker.threshold} calls failed in a row, and no longer",
            expected=f"{breaker.closed if few else breaker.opened} with {look.count}", got=look.state,
            at=breaker.operation.location, exchanges=[answered],
        )  # fmt: skip
        return look

    def opens(self) -> bool:
        """After so many calls failed that it opens: whether it is open."""
        breaker, last = self._breaker, self._last
        if last is None:
            return False
        self._trial.check(
            last.count >= breaker.threshold, f"{breaker.name} counts the calls that fail in a row",
            expected=f"{breaker.threshold} or more", got=last.count,
            at=breaker.operation.location, exchanges=[last.exchange],
        )  # fmt: skip
        self._gauge(last)
        return last.state == breaker.opened

    def kept(self) -> None:
        """After one more call while it is open: that was not let through, so none failed."""
        before, after = self._last, self.look()
        if before is not None and after is not None and after.state == before.state:
            self._trial.check(
                after.count == before.count, f"{self._breaker.name} lets no call through while it is {after.state}",
                expected=before.count, got=after.count, at=self._breaker.operation.location,
                exchanges=[before.exchange, after.exchange],
            )  # fmt: skip

    def closes(self) -> None:
        """After a call that succeeded."""
        look = self.look()
        if look is None:
            return
        self._trial.check(
            (look.state, look.count) == (self._breaker.closed, 0),
            f"{self._breaker.name} closes when a call succeeds", expected=f"{self._breaker.closed} with 0",
            got=f"{look.state} with {look.count}", at=self._breaker.operation.location, exchanges=[look.exchange],
        )  # fmt: skip
        self._gauge(look)

    def _gauge(self, look: Look) -> None:
        """The metric says the same; time may pass between two looks, and with it the state."""
        breaker, trial = self._breaker, self._trial
        if breaker.scrape is None or breaker.values is None or look.state not in breaker.values:
            return
        scraped = trial.session.call(breaker.scrape)
        again = breaker.shown(trial.session.call(breaker.operation).json)
        if not scraped.ok or again is None or again[0] != look.state:
            return
        try:
            value = breaker.measured(metrics.parsed(scraped.body.decode()))
        except ValueError:
            value = None
        trial.check(
            value == breaker.values[look.state], f"{breaker.gauge} of {breaker.name} says that it is {look.state}",
            expected=f"{breaker.values[look.state]:g}", got="nothing" if value is None else f"{value:g}",
            at=breaker.scrape.location, exchanges=[look.exchange, scraped],
        )  # fmt: skip
