"""The values that a run consists of: samples with their spread, and figures that set one side against the other."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Spread:
    """Samples of one quantity, at least one; told as the median with the lowest and highest."""

    samples: tuple[float, ...]

    @classmethod
    def of(cls, samples: Iterable[float]) -> "Spread":
        """Take the samples; ValueError when there are none."""
        taken = tuple(samples)
        if not taken:
            message = "a spread needs at least one sample"
            raise ValueError(message)
        return cls(taken)

    @property
    def median(self) -> float:
        """The middle of the samples: one disturbed round does not move it."""
        return median(self.samples)

    @property
    def low(self) -> float:
        """The smallest sample."""
        return min(self.samples)

    @property
    def high(self) -> float:
        """The largest sample."""
        return max(self.samples)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured quantity: the subject's samples and, where there is one, the reference's from the same rounds.

    `key` names it for the gates and in the results file (`create.throughput`), `unit` is told beside the numbers.
    """

    key: str
    title: str
    unit: str
    subject: Spread
    reference: Spread | None = None

    @property
    def ratio(self) -> Spread | None:
        """Subject over reference, round by round, so that a slow drift of the machine cancels out."""
        if self.reference is None:
            return None
        pairs = zip(self.subject.samples, self.reference.samples, strict=True)
        return Spread.of(one / other for one, other in pairs)
