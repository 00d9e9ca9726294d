import pytest

from commerce_contract import load
from commerce_sdk import AsyncCommerce, Commerce, operation_of
from commerce_sdk._operation import Move, Operation

CLIENTS = [Commerce(), AsyncCommerce()]


@pytest.mark.parametrize("commerce", CLIENTS, ids=["sync", "async"])
def test_each_method_tells_exactly_the_codes_that_its_operation_declares(commerce: Commerce | AsyncCommerce) -> None:
    for operation in load().operations.values():
        if operation.service != "admin":
            service, _, name = operation.name.partition(".")
            performed = operation_of(getattr(getattr(commerce, service), name))
            assert performed.name == operation.name
            assert set(performed.codes) == set(operation.problems)


def test_waiting_performs_the_reading_operation() -> None:
    assert operation_of(Commerce().payments.wait).name == "payments.get"


def test_what_is_no_method_of_a_resource_performs_nothing() -> None:
    with pytest.raises(TypeError, match="is no method of a client's resource"):
        operation_of(print)


@pytest.mark.parametrize(
    ("operation", "repeatable"),
    [
        (Operation("a.b", "a", "GET", "/"), True),
        (Operation("a.b", "a", "PUT", "/"), True),
        (Operation("a.b", "a", "DELETE", "/"), True),
        (Operation("a.b", "a", "POST", "/"), False),
        (Operation("a.b", "a", "PATCH", "/"), False),
        (Operation("a.b", "a", "POST", "/", idempotency_key="Idempotency-Key"), True),
        (Operation("a.b", "a", "POST", "/", move=Move("/", "status", "done")), True),
    ],
)
def test_what_may_be_sent_again_is_idempotent_keyed_or_a_move(operation: Operation, *, repeatable: bool) -> None:
    assert operation.repeatable is repeatable
