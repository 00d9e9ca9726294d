"""What a contract must hold to before anybody may rely on it, one concern a module."""

from typing import Final

from commerce_contract.checks import (
    emission,
    examples,
    features,
    fields,
    lifecycles,
    problems,
    routes,
    schemas,
    storage,
    vocabulary,
)
from commerce_contract.checks.subject import Subject

CHECKS: Final = (vocabulary, fields, features, schemas, routes, storage, lifecycles, problems, emission, examples)


def check_all(subject: Subject) -> None:
    """Run every check; what it finds is gathered in the subject's reading."""
    for concern in CHECKS:
        concern.check(subject)


__all__ = ["Subject", "check_all"]
