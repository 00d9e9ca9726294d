"""Each measure of events can be asked for by its name, and each gate belongs to one."""

from benchmarks.events.measures import OF_EVENTS
from benchmarks.gates import EVENTS, GATES


def test_each_gate_of_events_belongs_to_a_measure() -> None:
    assert {gate.figure.split(".")[1] for gate in GATES if gate.figure.startswith(EVENTS)} == set(OF_EVENTS)


def test_what_a_relay_may_take_of_its_core_is_its_rate_turned_over() -> None:
    limits = {gate.figure: gate.limit for gate in GATES}
    for broker in ("redis", "rabbitmq"):
        rate, processor = (limits[f"events.relay.{broker}.{each}"] for each in ("throughput", "processor"))
        assert rate * processor == 1_000_000
