"""Each measure of the client can be asked for by its name."""

from benchmarks.gates import CLIENT, GATES
from benchmarks.plan import Measure
from benchmarks.sdk.measures import OF_THE_CLIENT


def test_each_gate_of_the_client_belongs_to_a_measure() -> None:
    names = {{"types": "types", "in-process": "in_process"}.get(measure, str(measure)) for measure in OF_THE_CLIENT}
    assert {gate.figure.split(".")[1] for gate in GATES if gate.figure.startswith(CLIENT)} == names


def test_the_clients_measures_come_after_those_of_the_mock() -> None:
    assert list(OF_THE_CLIENT) == list(Measure)[-len(OF_THE_CLIENT) :]
