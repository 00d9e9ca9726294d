"""The faults of one world: whom they strike, in what order, how often, and that the seed decides."""

from typing import Any

import pytest

from commerce_mock.fault_effects import Effect, Occasion
from commerce_mock.fault_kinds import Delay, Malformed, RateLimit, Reset, Status, Truncate
from commerce_mock.faults import MOST, Fault, Faults, fault_of
from commerce_mock.problems import Problem
from harness.platform import contract


def occasion(name: str = "orders.get", now: int = 0) -> Occasion:
    return Occasion(contract(), contract().operations[name], "/there", now)


def struck(faults: Faults, name: str = "orders.get") -> str | None:
    """Which faults strike a request."""
    found = faults.strike(occasion(name))
    return None if found is None else found.told


def test_a_world_without_faults_strikes_nothing() -> None:
    faults = Faults(0)
    assert (len(faults), faults.active, faults.strike(occasion())) == (0, (), None)


@pytest.mark.parametrize(
    ("operation", "names"),
    [
        ("orders.get", {"orders.get"}),
        ("orders.*", {"orders.get", "orders.create"}),
        ("*.get", {"orders.get", "users.get"}),
        ("*", {"orders.get", "orders.create", "users.get"}),
    ],
)
def test_a_fault_is_of_the_operations_that_its_pattern_names(operation: str, names: set[str]) -> None:
    faults = Faults(0)
    faults.add(Fault(Reset(), operation))
    asked = ("orders.get", "orders.create", "users.get", "admin.clock")
    assert {name for name in asked if struck(faults, name)} == names


def test_a_fault_strikes_so_often_and_is_then_only_remembered() -> None:
    faults = Faults(0)
    fault = faults.add(Fault(Reset(), times=2))
    assert [struck(faults) for _ in range(4)] == ["fault-1 reset", "fault-1 reset", None, None]
    assert faults.active == ()
    assert (fault.struck, fault.left, faults.get("fault-1")) == (2, 0, fault)


def test_the_first_that_strikes_decides_and_the_next_one_waits_for_its_turn() -> None:
    faults = Faults(0)
    faults.add(Fault(Reset(), times=1))
    faults.add(Fault(Truncate(), times=1))
    assert [struck(faults) for _ in range(3)] == ["fault-1 reset", "fault-2 truncate", None]


def test_delays_add_up_and_let_another_fault_decide() -> None:
    faults = Faults(0)
    for kind in (Delay(0.5), Delay(1.5), Malformed(), Delay(4)):
        faults.add(Fault(kind))
    found = faults.strike(occasion())
    assert found is not None
    assert found.told == "fault-1 delay, fault-2 delay, fault-3 malformed"
    assert (found.effect.delay, found.effect.rewrite is not None) == (2.0, True)


def shares(seed: int, share: float = 0.3) -> list[bool]:
    faults = Faults(seed)
    faults.add(Fault(Reset(), share=share))
    return [struck(faults) is not None for _ in range(1000)]


def test_a_share_of_the_requests_is_struck_the_same_with_the_same_seed() -> None:
    assert shares(7) == shares(7)
    assert shares(7) != shares(8)
    assert 250 < sum(shares(7)) < 350
    assert sum(shares(7, 1.0)) == 1000


def test_what_a_share_leaves_alone_is_seen_and_not_struck() -> None:
    faults = Faults(0)
    fault = faults.add(Fault(Reset(), share=0.2, times=3))
    while faults.active:
        faults.strike(occasion())
    assert (fault.struck, fault.left) == (3, 0)
    assert fault.seen > 3


def test_faults_have_numbers_until_the_world_is_reset() -> None:
    faults = Faults(0)
    assert [faults.add(Fault(Reset())).id for _ in range(2)] == ["fault-1", "fault-2"]
    assert faults.remove("fault-1")
    assert not faults.remove("fault-1")
    assert [fault.id for fault in faults] == ["fault-2"]
    faults.clear()
    assert faults.add(Fault(Reset())).id == "fault-3"
    faults.reset()
    assert len(faults) == 0
    assert faults.add(Fault(Reset())).id == "fault-1"


def test_there_is_a_limit_to_what_can_go_wrong() -> None:
    faults = Faults(0)
    for _ in range(MOST):
        faults.add(Fault(Reset()))
    with pytest.raises(Problem) as caught:
        faults.add(Fault(Reset()))
    assert caught.value.code == "CONFLICT"


def test_a_reset_returns_to_the_faults_that_the_world_began_with() -> None:
    faults = Faults(0)
    faults.begin([{"fault": "reset", "times": 1}], contract())
    assert [struck(faults) for _ in range(2)] == ["fault-1 reset", None]
    faults.add(Fault(Truncate()))
    faults.reset()
    assert [struck(faults) for _ in range(2)] == ["fault-1 reset", None]
    twin = faults.twin()
    assert [struck(twin) for _ in range(2)] == ["fault-1 reset", None]


def test_a_copy_goes_on_from_where_the_original_is_and_its_own_way() -> None:
    faults = Faults(3)
    faults.add(Fault(RateLimit(2, 60)))
    faults.add(Fault(Reset(), share=0.5))
    for _ in range(5):
        faults.strike(occasion())
    copy = faults.copy()
    assert [fault.document() for fault in copy] == [fault.document() for fault in faults]
    assert [struck(copy) for _ in range(20)] == [struck(faults) for _ in range(20)]
    copy.clear()
    assert len(faults) == 2
    assert faults.add(Fault(Reset())).id == copy.add(Fault(Reset())).id == "fault-3"


def test_what_was_saved_goes_on_as_the_original_would() -> None:
    faults = Faults(3)
    faults.add(Fault(RateLimit(2, 60)))
    faults.add(Fault(Reset(), share=0.5, times=7))
    for _ in range(5):
        faults.strike(occasion())
    restored = Faults(3)
    restored.restore(faults.saved(), contract())
    assert restored.saved() == faults.saved()
    assert [struck(restored) for _ in range(20)] == [struck(faults) for _ in range(20)]


@pytest.mark.parametrize(
    "document",
    [
        {"fault": "reset", "operation": "*", "share": 1},
        {"fault": "timeout", "operation": "orders.*", "share": 0.5, "times": 3, "after_commit": True},
        {"fault": "problem", "operation": "orders.get", "share": 1, "code": "ORDER_003", "headers": {"A": "b"}},
        {"fault": "status", "operation": "*", "share": 1, "status": 502},
        {"fault": "delay", "operation": "*", "share": 1, "seconds": 0},
        {"fault": "rate_limit", "operation": "*", "share": 1, "limit": 5, "per_seconds": 60},
    ],
)
def test_a_fault_is_shown_as_it_was_asked_for(document: dict[str, Any]) -> None:
    fault = fault_of(document, contract())
    assert fault.order() == document
    assert Faults(0).add(fault).document() == {"id": "fault-1", **document, "seen": 0, "struck": 0}
    assert fault_of(fault.order(), contract()).kind == fault.kind


@pytest.mark.parametrize(
    ("document", "pointer", "message"),
    [
        ({"fault": "reset", "operation": "order.*"}, "/operation", "names no operation: there are "),
        ({"fault": "reset", "operation": "admin.*"}, "/operation", "names no operation: there are "),
        ({"fault": "problem", "code": "NOPE"}, "/code", "they declare BAD_REQUEST, "),
        ({"fault": "problem", "code": "USER_001", "operation": "orders.*"}, "/code", "is declared by none"),
    ],
)
def test_a_fault_that_fits_no_operation_is_refused_with_what_there_is(
    document: dict[str, Any], pointer: str, message: str
) -> None:
    with pytest.raises(Problem) as caught:
        fault_of(document, contract())
    ((place, told),) = caught.value.errors
    assert (caught.value.code, place) == ("VALIDATION_ERROR", pointer)
    assert message in told


def test_a_code_strikes_only_the_operations_that_declare_it() -> None:
    faults = Faults(0)
    faults.begin([{"fault": "problem", "code": "ORDER_003"}], contract())
    assert struck(faults, "orders.get") == "fault-1 problem"
    assert struck(faults, "users.get") is None


def test_an_effect_without_anything_is_none() -> None:
    faults = Faults(0)
    faults.add(Fault(Status(503)))
    found = faults.strike(occasion())
    assert found is not None
    assert found.effect != Effect()
    assert found.effect.code == "SERVICE_UNAVAILABLE"
