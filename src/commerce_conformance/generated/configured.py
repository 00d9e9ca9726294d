"""What Schemathesis is told of one service: nothing is left to a file, a cache or a database of the machine."""

from typing import Any, Final

from schemathesis.config import SchemathesisConfig

from commerce_conformance import reading
from commerce_conformance.profiles import Profile
from commerce_conformance.settings import Settings
from commerce_contract import Operation

EXAMPLES: Final = 8  # generated requests an operation, where nobody says how many
_REFUSED: Final = ["400", "401", "403", "405", "406", "409", "415", "422", "428", "429"]
_ACCEPTED: Final = ["2xx", "3xx", "401", "403", "404", "409", "429"]
_FAILED: Final = 500
_WRONG_METHOD: Final = 405
# What a request in order may meet that no schema tells of: a rule of the business, which has a code of its own.
_BUSINESS: Final = (400, 402, 410, 412, 422)


def configured(operations: list[Operation], settings: Settings, url: str) -> SchemathesisConfig:
    """The configuration for a service at `url`, of which these operations are tested.

    One worker and a seed: the same requests come again. Requests that belong together, as its stateful phase makes
    them, are left to the laws, which know what has to follow.
    """
    told: dict[str, Any] = {
        "seed": settings.seed,
        "base-url": url,
        "workers": 1,
        "continue-on-failure": True,
        "request-timeout": settings.timeout,
        "cache": {"enabled": False},
        "max-redirects": 0,
        "output": {"sanitization": {"enabled": False}},  # exchanges are shown by the suite, which hides what is secret
        "warnings": False,
        "generation": {
            "max-examples": settings.examples or EXAMPLES,
            "database": "none",
            "no-shrink": settings.examples is None,
            "allow-x00": False,  # a NUL is the law of validation's, which knows who may refuse it as malformed
        },
        "phases": {
            "stateful": {"enabled": False},
            # Nothing is made of what came back: it has the service's ids and times, which are others each run.
            "examples": {"extra-data-sources": {"responses": False}},
            "coverage": {"extra-data-sources": {"responses": False}},
            "fuzzing": {"extra-data-sources": {"responses": False}, "error-feedback": {"enabled": False}},
        },
        "checks": _checks(settings.profile),
        "operations": [_operation(operation) for operation in operations],
    }
    return SchemathesisConfig.from_dict(told)


def _checks(profile: Profile) -> dict[str, Any]:
    """Which checks are made, with what the framework of a profile does by itself let pass."""
    return {
        "not_a_server_error": {"enabled": True},
        "unsupported_method": {"enabled": profile.wrong_method == {_WRONG_METHOD}},
        "allow_header_conformance": {"enabled": profile.allow},
    }


def _operation(operation: Operation) -> dict[str, Any]:
    """Which statuses one operation may have for data that its schema accepts, and for data that it does not."""
    accepted = [*_ACCEPTED, *(str(status) for status in _BUSINESS if _of_business(operation, status))]
    refused = _REFUSED if _refers(operation) else [*_REFUSED, "404"]
    return {
        "include-name": f"{operation.method} {operation.path}",
        "checks": {
            "positive_data_acceptance": {"expected-statuses": accepted},
            # An id that nothing has is refused before the body is looked at, and would hide that nobody looks.
            "negative_data_rejection": {"expected-statuses": refused},
        },
    }


def _of_business(operation: Operation, status: int) -> bool:
    """Whether an operation declares a code for a status that is its own, beside those that all operations share."""
    codes = reading.refusals(operation, status)
    return bool(codes) and (status not in {400, 422} or len(codes) > 1)


def _refers(operation: Operation) -> bool:
    """Whether a 404 of an operation can only come of what its body refers to."""
    return operation.body is not None and "{" not in operation.path
