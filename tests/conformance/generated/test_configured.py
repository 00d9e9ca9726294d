"""What Schemathesis is told of a service."""

from typing import Any

from commerce_conformance.generated.configured import EXAMPLES, configured
from commerce_conformance.profiles import PROFILES
from harness.conforming import settings
from harness.platform import contract


def made(**changes: Any) -> Any:
    operations = list(contract().operations.values())
    return configured(operations, settings(**changes), "http://localhost:1").projects.get_default()


def checks(operation: str, check: str) -> set[str]:
    (one,) = (o for o in contract().operations.values() if o.name == operation)
    config = configured([one], settings(), "http://localhost:1").projects.get_default()
    (of,) = config.operations.operations
    return set(getattr(of.checks, check).expected_statuses)


def test_a_profile_says_which_checks_a_framework_is_spared() -> None:
    spared = {}
    for name, profile in PROFILES.items():
        checks = made(profile=profile).checks
        spared[name] = (checks.unsupported_method.enabled, checks.allow_header_conformance.enabled)
    neither = (False, False)
    assert spared == {"strict": (True, True), "fastapi": (True, False), "express": neither, "gin": neither}


def test_an_id_that_nothing_has_does_not_count_as_the_refusal_of_a_bad_body() -> None:
    assert "404" not in checks("payments.create", "negative_data_rejection")
    assert "404" in checks("payments.refund", "negative_data_rejection")
    assert "404" in checks("orders.get", "negative_data_rejection")


def test_a_rule_of_the_business_may_refuse_data_that_the_schema_accepts() -> None:
    assert "422" in checks("payments.create", "positive_data_acceptance")
    assert not {"400", "422"} & checks("orders.get", "positive_data_acceptance")


def test_nothing_is_kept_and_how_many_requests_is_said() -> None:
    few, many = made(), made(examples=500)
    assert (few.generation.max_examples, many.generation.max_examples) == (EXAMPLES, 500)
    assert (few.generation.no_shrink, many.generation.no_shrink) == (True, False)
    assert few.generation.database == "none"
    assert not few.phases.stateful.enabled
