"""Problem codes of the contract read into classes of errors."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Final

from commerce_cli.generate.names import camel, unused
from commerce_cli.generate.values import ErrorClass, Raised
from commerce_contract import Contract, Operation, ProblemType, Service
from commerce_contract.responses import FIRST_ERROR, codes_of, read_problems
from commerce_sdk import _errors

HANDWRITTEN: Final = tuple(
    name
    for name, value in vars(_errors).items()
    if isinstance(value, type) and issubclass(value, _errors.CommerceError) and value.__module__ == _errors.__name__
)


@dataclass(frozen=True)
class ErrorReader:
    """The error classes of some services of a contract; lives for one run."""

    contract: Contract
    services: tuple[Service, ...]

    @cached_property
    def problems(self) -> Mapping[str, Mapping[int, ProblemType]]:
        """Code to status to how the documents put it, statuses in rising order."""
        found: dict[str, dict[int, ProblemType]] = {}
        declared = (
            each for service in self.services for operation in service.operations for each in _declared(operation)
        )
        for problem in (*declared, *self.contract.problems.values()):
            found.setdefault(problem.code, {}).setdefault(problem.status, problem)
        return {code: dict(sorted(statuses.items())) for code, statuses in sorted(found.items())}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Code to the name of its class: the problem's title, or the code where that name is taken."""
        taken = set(vars(_errors))
        found: dict[str, str] = {}
        for code, statuses in self.problems.items():
            title = next((problem.title for problem in statuses.values() if problem.title), code)
            choices = (camel(title), camel(code), f"{camel(code)}Problem")
            name = next((choice for choice in choices if choice not in taken), choices[-1])
            found[code] = unused(name, taken)
            taken.add(found[code])
        return found

    def classes(self) -> Iterator[ErrorClass]:
        """One class a code, below that of its lowest status; one more, with a private name, for each further status."""
        for code, statuses in self.problems.items():
            name, *others = (self.names[code], *(f"_{self.names[code]}{status}" for status in list(statuses)[1:]))
            for own, problem in zip((name, *others), statuses.values(), strict=True):
                parents = (parent(problem.status),) if own == name else (name, parent(problem.status))
                yield ErrorClass(
                    name=own,
                    parents=parents,
                    code=code,
                    status=problem.status,
                    title=problem.title,
                    detail=problem.detail,
                    source=f"{problem.location.file}#{problem.location.pointer}",
                )

    def raised(self, operation: Operation) -> tuple[Raised, ...]:
        """The problems that an operation declares, by status."""
        statuses: dict[str, list[int]] = {}
        for problem in _declared(operation):
            statuses.setdefault(problem.code, []).append(problem.status)
        return tuple(Raised(self.names[code], code, tuple(each)) for code, each in statuses.items())


def parent(status: int) -> str:
    """The handwritten class of a status."""
    general = _errors.ServerError if status >= HTTPStatus.INTERNAL_SERVER_ERROR else _errors.ApiError
    return _errors.BY_STATUS.get(status, general).__name__


def _declared(operation: Operation) -> Iterator[ProblemType]:
    """Every code with every status that an operation declares, by status."""
    statuses: Iterable[int] = sorted(status for status in operation.responses if status >= FIRST_ERROR)
    for response in (operation.responses[status] for status in statuses):
        told = read_problems([response])
        for code in codes_of(response):
            yield told.get(code) or ProblemType(code, response.status, "", "about:blank", "", response.location)
