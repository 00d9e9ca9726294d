"""A run: which cases it tests in which order, and what it makes of all that may happen in one."""

from collections.abc import Callable, Iterable
from typing import Any

import httpx
import pytest

from commerce_conformance.law import Finding, Law, Verdict
from commerce_conformance.laws import LAWS
from commerce_conformance.runner import Run, Suite
from commerce_conformance.trial import Trial
from commerce_conformance.unreachable import UnreachableError
from commerce_contract import Contract, Operation
from harness.conforming import findings, suite
from harness.listening import EVENTS


def every(contract: Contract) -> Iterable[Operation]:
    return (o for o in contract.operations.values() if o.name.endswith((".health", ".ready")))


def law(check: Callable[[Trial, Operation], None], name: str = "own", **when: bool) -> Law:
    return Law(name, "It is so.", "Nothing.", every, check, **when)


def passes(_trial: Trial, _operation: Operation) -> None:
    """Nothing is wrong."""


def one(check: Callable[[Trial, Operation], None]) -> Finding:
    found = findings(law(check), services=frozenset({"orders"}))
    assert len(found) == 2
    return found[0]


def test_closing_laws_come_late_the_last_one_last_and_others_in_their_order() -> None:
    laws = [law(passes, "d", last=True), law(passes, "a", closing=True), law(passes, "b"), law(passes, "c", alone=True)]
    made = suite(*laws)
    assert list(dict.fromkeys(each.name for each, _ in made.cases)) == ["b", "c", "a", "d"]
    assert list(dict.fromkeys(each.law for each in made.run().findings)) == ["b", "c", "a", "d"]
    made.close()


@pytest.mark.parametrize(
    ("changes", "cases"),
    [
        (
            {"services": frozenset({"orders"})},
            {"a[orders.health]", "a[orders.ready]", "b[orders.health]", "b[orders.ready]"},
        ),
        ({"only": frozenset({"b"}), "services": frozenset({"users"})}, {"b[users.health]", "b[users.ready]"}),
        ({"urls": {"orders": "http://localhost:1"}, "only": frozenset({"a"})}, {"a[orders.health]", "a[orders.ready]"}),
        ({"only": frozenset({"c"})}, set()),
    ],
    ids=["services", "only", "urls", "no such law"],
)
def test_only_what_is_wanted_and_reached_is_tested(changes: Any, cases: set[str]) -> None:
    made = suite(law(passes, "a"), law(passes, "b"), **changes)
    assert {f"{each.name}[{operation.name}]" for each, operation in made.cases} == cases


def test_the_laws_have_names_of_their_own_and_say_themselves() -> None:
    assert len({each.name for each in LAWS}) == len(LAWS)
    for each in LAWS:
        assert each.sentence.endswith(".")
        assert each.derives.endswith(".")


def test_what_passes_has_counted_its_requests() -> None:
    def asks(trial: Trial, operation: Operation) -> None:
        trial.session.call(operation)
        trial.session.call(operation)

    found = one(asks)
    assert (found.key, found.verdict, found.requests, found.fault) == ("own[orders.health]", Verdict.PASSED, 2, "")
    assert found.seconds > 0


def test_what_fails_has_its_failures() -> None:
    found = one(lambda trial, _: trial.fails("it is so", expected="1", got="2"))
    assert found.verdict is Verdict.FAILED
    assert [failure.message for failure in found.failures] == ["it is so"]


def test_what_cannot_be_reached_is_no_pass_and_told_once() -> None:
    def cannot(trial: Trial, _: Operation) -> None:
        trial.unreachable("nobody can be called", "give --token")
        raise UnreachableError("nobody can be called", "give --token")

    found = one(cannot)
    assert found.verdict is Verdict.UNREACHABLE
    assert found.missing == (("nobody can be called", "give --token"),)


def test_what_failed_before_it_could_not_go_on_is_a_failure() -> None:
    def both(trial: Trial, _: Operation) -> None:
        trial.fails("it is so", expected="1", got="2")
        raise UnreachableError("nobody can be called")

    assert one(both).verdict is Verdict.FAILED


def test_a_request_without_an_answer_is_a_failure() -> None:
    def silent(_trial: Trial, _operation: Operation) -> None:
        raise httpx.ReadTimeout("too long")

    found = one(silent)
    assert [(failure.message, failure.got) for failure in found.failures] == [
        ("every request is answered", "ReadTimeout: too long")
    ]


def test_a_fault_of_the_suite_is_neither_a_pass_nor_a_failure() -> None:
    def breaks(trial: Trial, _: Operation) -> None:
        trial.fails("it is so", expected="1", got="2")
        raise ZeroDivisionError("oops")

    found = one(breaks)
    assert found.verdict is Verdict.BROKEN
    assert found.fault.endswith("ZeroDivisionError: oops\n")


@pytest.mark.parametrize(
    ("verdicts", "conforms"),
    [
        ([], True),
        ([Verdict.PASSED, Verdict.UNREACHABLE], True),
        ([Verdict.PASSED, Verdict.FAILED], False),
        ([Verdict.BROKEN], False),
    ],
)
def test_a_run_conforms_where_nothing_failed(verdicts: list[Verdict], conforms: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert Run(tuple(Finding("a", "b", verdict) for verdict in verdicts), (), 0, 0.0).conforms is conforms


def test_a_run_tells_as_it_goes_and_what_it_left_behind() -> None:
    def makes(trial: Trial, _: Operation) -> None:
        trial.supply.fresh("orders")

    made = suite(law(makes), services=frozenset({"orders"}))
    told: list[Finding] = []
    run = made.run(told.append)
    made.close()
    assert tuple(told) == run.findings
    assert sorted(each.partition("/")[0] for each in run.created) == ["orders"] * 2 + ["users"] * 2
    assert run.requests == len(made.session.seen) == 4
    assert run.seconds > 0


def test_events_are_heard_from_the_start_where_somebody_said_where() -> None:
    made = suite(law(passes), events=EVENTS)
    assert made.session.tap is not None
    made.supply.fresh("orders")
    assert [event.type for event in made.session.tap.events()] == ["user_created", "order_created"]
    made.close()


def test_nobody_listens_where_nothing_is() -> None:
    with pytest.raises(UnreachableError, match="no address of events"):
        suite(law(passes), events="ftp://localhost")


def test_two_runs_have_other_names() -> None:
    first: Suite = suite(law(passes))
    second: Suite = suite(law(passes))
    assert first.prefix != second.prefix
