"""One outage of a service that another one needs: what is known before, while it lasts, and when it is over."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from http import HTTPStatus
from time import monotonic, sleep
from typing import Final

from commerce_conformance import declared, depending, effects, reading
from commerce_conformance.depending import Need
from commerce_conformance.effects import Effect
from commerce_conformance.exchange import Exchange
from commerce_conformance.guarding import Guard
from commerce_conformance.stating import judge, words
from commerce_conformance.trial import FIRST_LOOK, Trial
from commerce_conformance.unreachable import UnreachableError
from commerce_contract import Operation

DOWN: Final = HTTPStatus.SERVICE_UNAVAILABLE
LONGEST: Final = 60.0  # seconds that are waited at most for a breaker to close again, whatever `Retry-After` says
_PAUSE: Final = 1.0  # seconds between two looks at most, for what takes as long as that
_AGAIN: Final = "retry-after"


class Outage:
    """Lives while one law is tested on one need.

    Making it readies what is asked for while it lasts, for nothing new can be made then. Raises UnreachableError where
    the service that has the need is not well, or nothing can be made ready.
    """

    def __init__(self, trial: Trial, need: Need) -> None:
        self._trial = trial
        self._need = need
        self._before = self._call(need.health)
        if self._before.status != need.health.success.status:
            raise UnreachableError(f"{need.health.name} answers {self._before.told()} before anything is taken down")
        self._effects = [effects.prepare(trial.supply, each) for each in depending.callers(trial.contract, need)]
        self._done = [_done(effect) for effect in self._effects]
        found = depending.breaker(trial.contract, need)
        self._guard = None if found is None else Guard(trial, found)
        self._told: set[tuple[str, str]] = set()
        self._wait = 0.0

    def lasting(self) -> None:
        """While the service is down."""
        self._health()
        for monitor in reading.monitors(self._trial.contract, self._need.service):
            answered = self._call(monitor)
            if isinstance(next(iter(monitor.success.examples.values()), None), dict):
                self._stated(monitor, answered)
        for effect in self._effects:
            self._refused(effect)

    def _health(self) -> None:
        """Health says that it is down, and of nothing else that it was not before."""
        trial, need = self._trial, self._need
        health, on = need.health, need.on
        answered = self._until(lambda: self._call(health), lambda answered: answered.status == DOWN)
        because = f"{health.name} says that {on} is down, which {need.service} needs"
        if not trial.expect(answered, DOWN, because=because, at=health.responses[DOWN].location):
            return
        shown = {word for each in health.responses[DOWN].examples.values() for at, word in words(each)}
        shown -= {word for each in health.success.examples.values() for at, word in words(each)}
        told, before = (_table(each, need.member) for each in (answered, self._before))
        trial.check(
            told.get(on) in shown, because, expected=f"{on}: {' or '.join(sorted(shown))}", got=f"{on}: {told.get(on)}",
            at=health.responses[DOWN].location, exchanges=[answered],
        )  # fmt: skip
        touched = depending.touched(trial.contract, on)
        for name in (each.on for each in depending.needs(trial.contract, need.service) if each.on not in touched):
            trial.check(
                told.get(name) == before.get(name), f"{health.name} says of {name} that it is as before",
                expected=before.get(name), got=told.get(name), exchanges=[self._before, answered],
            )  # fmt: skip

    def _refused(self, effect: Effect) -> None:
        """What needs the service that is down is refused, and a breaker counts that and opens."""
        guard = self._guard
        for _ in range(guard.threshold if guard is not None else 1):
            if not self._unavailable(effect):
                return
            if guard is not None:
                guard.look()
        if guard is not None and guard.opens():
            self._unavailable(effect)
            guard.kept()

    def _unavailable(self, effect: Effect) -> bool:
        answered = effect.ask()
        self._judge(effect.operation, answered)
        self._wait = max(self._wait, _seconds(answered))
        codes = reading.refusals(effect.operation, DOWN)
        because = f"{effect.operation.name} says that it cannot be done while {self._need.on} is down"
        return self._trial.expect(answered, DOWN, codes, because=because)

    def over(self) -> None:
        """Once the service is up again: as long as `Retry-After` said, things may still be refused."""
        trial, need = self._trial, self._need
        success = need.health.success.status
        answered = self._until(lambda: self._call(need.health), lambda answered: answered.status == success)
        trial.expect(answered, success, because=f"{need.health.name} says that {need.on} is up again")
        for effect, before in zip(self._effects, self._done, strict=True):
            self._accepted(effect, before)
        if self._guard is not None and self._effects:
            self._guard.closes()
        for monitor in reading.monitors(trial.contract, need.service):
            answered = self._until(partial(self._call, monitor), lambda answered: answered.ok)
            trial.expect(answered, monitor.success.status, because=f"{monitor.name} is well once {need.on} is up again")

    def _accepted(self, effect: Effect, before: Decimal | None) -> None:
        """What was refused is done when it is asked for again, once; something new where the service forgot."""
        trial, name = self._trial, effect.operation.name
        astray = self._guard is not None and self._guard.wrong  # nobody knows when such a breaker closes
        longest = min(LONGEST, trial.settings.patience + (0.0 if astray else self._wait))
        answered = self._until(effect.ask, lambda answered: answered.status != DOWN, longest)
        if not answered.ok and answered.status != DOWN:
            try:
                answered = effects.prepare(trial.supply, effect.operation).ask()
            except UnreachableError as error:
                trial.unreachable(f"{name} is not asked for again: {error.reason}", error.hook)
                return
        elif answered.ok and before is not None and (now := _done(effect)) is not None:
            trial.check(
                now == before + 1, f"what {name} refused while {self._need.on} was down was not done all the same",
                expected="one", got=now - before, exchanges=[answered],
            )  # fmt: skip
        success = effect.operation.success.status
        trial.expect(answered, success, because=f"{name} can be done again once {self._need.on} is up")

    def _until(
        self, ask: Callable[[], Exchange], enough: Callable[[Exchange], bool], seconds: float | None = None
    ) -> Exchange:
        """The answer that is enough, or the last one that was had in so many seconds."""
        deadline = monotonic() + (self._trial.settings.patience if seconds is None else seconds)
        pause = FIRST_LOOK
        while not enough(answered := ask()) and monotonic() < deadline:
            sleep(pause)
            pause = min(2 * pause, _PAUSE)
        return answered

    def _call(self, operation: Operation) -> Exchange:
        return self._trial.session.call(operation)

    def _stated(self, monitor: Operation, answered: Exchange) -> None:
        """An answer on how the service is has a status that is declared, and says what that status says."""
        if self._judge(monitor, answered):
            judge(self._trial, monitor, answered)

    def _judge(self, operation: Operation, answered: Exchange) -> bool:
        """Whether an answer is as the document declares it; the laws that judge the whole run have been."""
        faults = [*declared.answer_faults(operation, answered), *declared.header_faults(operation, answered)]
        for because, expected, got in faults:
            if (operation.name, because) not in self._told:
                self._told.add((operation.name, because))
                self._trial.fails(
                    f"{operation.name}: {because}", expected=expected, got=got, at=operation.location,
                    exchanges=[answered],
                )  # fmt: skip
        return not faults


def _done(effect: Effect) -> Decimal | None:
    try:
        return effect.done()
    except UnreachableError:
        return None  # nobody can tell


def _table(answered: Exchange, member: str) -> dict[str, object]:
    value = answered.json
    table = value.get(member) if isinstance(value, dict) else None
    return table if isinstance(table, dict) else {}


def _seconds(answered: Exchange) -> float:
    value = answered.headers.get(_AGAIN, "")
    return float(value) if value.isascii() and value.isdigit() else 0.0
