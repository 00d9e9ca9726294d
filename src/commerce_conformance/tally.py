"""Whether a service's metrics count what is done to it: things are done, and counted on both sides."""

from collections.abc import Iterator
from typing import Final

from commerce_conformance import metrics, reading
from commerce_conformance.exchange import Exchange
from commerce_conformance.metrics import Count, Families
from commerce_conformance.trial import Trial
from commerce_conformance.unreachable import UnreachableError
from commerce_contract import Action, Operation

# How often each thing is done: what counts double does so for each number, what others do meanwhile does not.
ROUNDS: Final = (3, 1)


class Tally:
    """What is done to the service of an operation that gives metrics; lives as long as its trial.

    `shown` are the metrics of its document's example. What others do meanwhile may be counted too.
    """

    def __init__(self, trial: Trial, shown: Families) -> None:
        self._trial = trial
        self._causes = [(each, counts) for each in self._caused() if (counts := self._counts(shown, each))]
        self._sums = {each.name: tuple(metrics.worth(shown, each)) for each, _ in self._causes}
        self._rises: dict[str, list[float]] = {}
        self._told: set[str] = set()

    def read(self, answered: Exchange) -> Families | None:
        """The families of a scrape; None, and a failure, where it is none."""
        try:
            return metrics.parsed(answered.body.decode())
        except ValueError as error:
            self._tell("metrics are Prometheus text", "lines of the text format", str(error)[:200], [answered])
            return None

    def round(self, number: int) -> None:
        """Do everything so many times, and wait until it is counted, each time at least once."""
        trial = self._trial
        first = trial.session.call(trial.operation)
        before = self.read(first)
        if before is None:
            return
        wanted = list(self._done(number))
        last = [(first, before)]

        def enough() -> bool | None:
            scraped = trial.session.call(trial.operation)
            after = self.read(scraped)
            if after is None:
                last.clear()
                return False  # told already, and waiting does not mend it
            last.append((scraped, after))
            return all(count.of(after) - count.of(before) >= much for count, much in wanted) or None

        trial.until(enough)
        if not last:
            return
        scraped, after = last[-1]
        for count, much in wanted:
            rise = count.of(after) - count.of(before)
            if rise < much:
                told = f"{count} counts what was done"
                self._tell(told, f"{much:g} more", f"{rise:g} more", [first, scraped])
            elif much == number:
                self._rises.setdefault(str(count), []).append(rise)
        self._kept(before, after, [first, scraped])

    @property
    def exact(self) -> bool:
        """Whether all that was done so far was counted as often as it was done."""
        return all(
            rise == number for rises in self._rises.values() for rise, number in zip(rises, ROUNDS, strict=False)
        )

    def refusals(self) -> None:
        """Ask once for what each operation refuses: where a label says how requests ended, that is counted too."""
        trial = self._trial
        first = trial.session.call(trial.operation)
        before = self.read(first)
        if before is None:
            return
        wanted = [count for operation, counts in self._causes for count in self._refused(operation, counts)]
        last = [first]

        def enough() -> bool | None:
            last.append(trial.session.call(trial.operation))
            after = self.read(last[-1])
            return after is None or all(count.of(after) > count.of(before) for count in wanted) or None

        if trial.until(enough) is None:
            after = self.read(last[-1]) or {}
            missed = ", ".join(str(count) for count in wanted if count.of(after) <= count.of(before))
            self._tell("what is refused is counted too", f"one more of {missed}", "none", [first, last[-1]])

    def _refused(self, operation: Operation, counts: tuple[Count, ...]) -> Iterator[Count]:
        """What must count that an operation refuses a body of nothing."""
        if operation.body is None:
            return
        asked = self._trial.session.call(operation, body={})
        done, refused = {str(operation.success.status)}, {str(asked.status)}
        for count in counts:
            values = {label: refused if some == done else some for label, some in count.values.items()}
            if values != count.values and not asked.ok:
                yield Count(count.sample, values)

    def judge(self) -> None:
        """Whether what was counted too often was so for each thing that was done."""
        for name, rises in self._rises.items():
            times = {rise / number for rise, number in zip(rises, ROUNDS, strict=False)}
            if len(rises) == len(ROUNDS) and len(times) == 1 and times != {1.0}:
                got = " and ".join(f"{rise:g}" for rise in rises)
                self._tell(f"{name} counts each thing once", " and ".join(map(str, ROUNDS)), got, [])

    def _tell(self, because: str, expected: str, got: str, exchanges: list[Exchange]) -> None:
        if because not in self._told:
            self._told.add(because)
            self._trial.fails(because, expected=expected, got=got, exchanges=exchanges)

    def _caused(self) -> Iterator[Operation]:
        """What can be done on the service: what creates, and what only asks how it is."""
        service, contract = self._trial.operation.service, self._trial.contract
        yield from (o for o in contract.services[service].operations if o.action is Action.CREATE and o.resource)
        yield from (o for o in reading.monitors(contract, service) if o != self._trial.operation)

    def _counts(self, shown: Families, operation: Operation) -> tuple[Count, ...]:
        return tuple(metrics.counted(self._trial.contract, shown, operation))

    def _done(self, number: int) -> Iterator[tuple[Count, float]]:
        """Do everything so many times; what that must add to what counts it."""
        for operation, counts in self._causes:
            try:
                worth = sum(self._do(operation) for _ in range(number))
            except UnreachableError as error:
                self._trial.unreachable(f"{operation.name} cannot be counted: {error.reason}", error.hook)
                continue
            yield from ((count, number) for count in counts)
            yield from ((count, worth - reading.CENT / 2) for count in self._sums[operation.name])

    def _do(self, operation: Operation) -> float:
        """Do it once; what the new resource comes to, 0 where nothing is made or it comes to nothing."""
        if operation.action is not Action.CREATE or operation.resource is None:
            self._trial.session.call(operation)
            return 0.0
        made = self._trial.supply.fresh(operation.resource.collection)
        worth = made.value.get(reading.total_of(operation.resource) or "")
        return float(worth) if isinstance(worth, (int, float)) else 0.0

    def _kept(self, before: Families, after: Families, exchanges: list[Exchange]) -> None:
        """What counts never falls while a service runs."""
        for family in before.values():
            if family.type in metrics.COUNTED:
                now = metrics.samples(after.get(family.name))
                fell = [key for key, value in metrics.samples(family).items() if now.get(key, -1.0) < value]
                if fell:
                    name = metrics.spelled(family)
                    self._tell(f"{name} never falls", "as much as before, or more", f"less of {fell[0][0]}", exchanges)
