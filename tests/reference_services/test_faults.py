from collections.abc import Iterator

import pytest
from redis import Redis

from harness.reference import Hosted, hosted
from harness.shop import Shop
from reference_services.faults import FAULTS, Faults
from reference_services.probes import PROBES, WHILE_DOWN


@pytest.mark.parametrize("fault", PROBES)
def test_a_fault_is_noticed_and_only_while_it_is_on(reference: Hosted, client: Shop, fault: str) -> None:
    PROBES[fault](client)
    with reference.making(fault), pytest.raises(AssertionError):
        PROBES[fault](client)
    PROBES[fault](client)


@pytest.fixture
def lonely(redis_url: str, broker: Redis) -> Iterator[Shop]:
    """A platform whose order service is down."""
    with hosted(redis_url) as services:
        services.stop("orders")
        user = Shop(services, broker)
        yield user
        user.close()


def test_a_dependency_that_is_down_is_told(lonely: Shop) -> None:
    for probe in WHILE_DOWN.values():
        probe(lonely)


def test_a_fault_about_dependencies_is_noticed(lonely: Shop) -> None:
    assert isinstance(lonely.reference, Hosted)
    for fault, probe in WHILE_DOWN.items():
        with lonely.reference.making(fault), pytest.raises(AssertionError):
            probe(lonely)


def test_every_fault_has_a_probe_and_says_what_a_client_would_suffer() -> None:
    assert PROBES.keys() | WHILE_DOWN.keys() == FAULTS.keys()
    assert len(FAULTS) >= 30
    assert all(text.endswith(".") for text in FAULTS.values())


def test_a_fault_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="no such fault: nonsense"):
        Faults(["nonsense"])
    with pytest.raises(KeyError):
        Faults().on("nonsense")
    with pytest.raises(ValueError, match="no such fault"), Faults().making("nonsense"):
        pass


def test_several_faults_are_switched_on_from_the_start() -> None:
    faults = Faults(["float_total", "oldest_first"])
    assert faults.on("float_total")
    assert not faults.on("event_twice")
