"""Every distinct legal schedule is run once, the likely ones first, and a failure becomes as short as can be."""

import pytest

from commerce_mock import exploring
from commerce_mock.exploring import Plan, Ran, explore
from commerce_mock.schedules import Deviation
from commerce_testing import Stage
from harness.schedules import Checkout, heard, is_legal, runner


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage()


def buys(checkout: Checkout) -> None:
    """Pay, and look at the order once."""
    checkout.pay(checkout.last)
    checkout.confirmed()


def is_confirmed_at_once(checkout: Checkout) -> bool:
    checkout.pay(checkout.last)
    return checkout.confirmed()


def test_a_payment_before_one_request_has_the_fourteen_schedules_that_one_counts(stage: Stage) -> None:
    # Of `users` the payment, or not yet: 2. Where `orders` has not heard of it, `notifications` has or has not: 2;
    # where it has, there is the order's confirmation too, in either order or only one of them or none: 5.
    ran: list[Ran] = []
    found = explore(runner(stage, buys, ran))
    assert (found.distinct, found.runs, found.cut, found.strayed, found.failure) == (14, 14, False, 0, None)
    assert len({heard(each) for each in ran}) == 14
    assert all(map(is_legal, ran))


def test_what_is_left_out_makes_no_difference(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    some: list[Ran] = []
    explore(runner(stage, buys, some))
    monkeypatch.setattr(exploring, "independent", lambda *_: False)
    every: list[Ran] = []
    explore(runner(stage, buys, every))
    assert len(every) > len(some)
    assert {heard(each) for each in every} == {heard(each) for each in some}
    assert all(map(is_legal, every))


def test_a_failure_is_told_by_the_shortest_schedule(stage: Stage) -> None:
    found = explore(runner(stage, is_confirmed_at_once))
    assert found.failure is not None
    assert found.failure.deviations == (Deviation(2, "request"),)
    assert found.failure.length == (1, 2)


def test_a_failure_is_made_shorter_by_leaving_deviations_out(stage: Stage) -> None:
    ran: list[Ran] = []
    run = runner(stage, is_confirmed_at_once, ran)
    failed = run(Plan((Deviation(1, "event-7/notifications"), Deviation(2, "request"))))
    assert failed.failed
    shortest, tried = exploring._shrunk(run, failed)  # noqa: SLF001 - the search finds the shorter one first
    assert shortest.failed
    assert shortest.deviations == (Deviation(2, "request"),)
    assert tried == len(ran) - 1


def test_a_request_can_come_later_where_that_postpones_less(stage: Stage) -> None:
    run = runner(stage, is_confirmed_at_once)
    failed = run(Plan((Deviation(1, "request"),)))
    shortest, _ = exploring._shrunk(run, failed)  # noqa: SLF001 - the search finds the shorter one first
    assert (failed.length, shortest.length) == ((1, 3), (1, 2))


def test_bounds_are_kept_and_told(stage: Stage) -> None:
    told: list[tuple[int, int]] = []
    found = explore(runner(stage, buys), bound=5, told=lambda *numbers: told.append(numbers))
    assert (found.distinct, found.cut) == (5, True)
    assert [runs for runs, _ in told] == [1, 2, 3, 4, 5]
    ran: list[Ran] = []
    found = explore(runner(stage, buys, ran), deviations=1)
    assert found.cut
    assert max(len(each.deviations) for each in ran) == 1


def test_what_does_something_else_each_time_is_told(stage: Stage) -> None:
    times: list[int] = []

    def pays_only_once(checkout: Checkout) -> None:
        times.append(1)
        if len(times) == 1:
            buys(checkout)

    found = explore(runner(stage, pays_only_once))
    assert found.strayed == found.runs - 1 > 0
    assert found.distinct == 1


def test_a_client_that_polls_comes_to_an_end(stage: Stage) -> None:
    def polls(checkout: Checkout) -> bool:
        checkout.pay(checkout.last)
        return any(checkout.confirmed() for _ in range(4))

    found = explore(runner(stage, polls), bound=120)
    assert found.failure is None
