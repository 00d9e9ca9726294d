"""A request on its way through what may go wrong with it: its service, its own orders, its world's faults."""

from typing import Any

from commerce_mock.wire import Delivery, Request, Response
from harness.platform import Platform
from harness.stage import Stage


def stage(*faults: dict[str, Any]) -> Stage:
    made = Stage()
    for fault in faults:
        assert made.platform.post("admin", "/__admin/faults", fault).status == 201
    return made


def told(made: Stage) -> list[tuple[int, str | None, str | None]]:
    """Status, code and fault of the services' requests, as the journal has them."""
    entries = made.platform.world.journal.entries
    return [(entry.status, entry.code, entry.fault) for entry in entries if entry.service != "admin"]


def asked(made: Stage, path: str = "/health", service: str | None = "orders", **headers: str) -> Response:
    given = {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
    return made.platform.engine.respond(made.platform.world, Request("GET", path, headers=given, service=service))


def test_a_problem_before_the_commit_leaves_no_trace_and_after_it_the_effect() -> None:
    problem = {"fault": "problem", "operation": "orders.create", "code": "SERVICE_UNAVAILABLE", "times": 1}
    made = Stage(judged=False)
    platform = made.platform
    before = platform.world.store.state
    platform.post("admin", "/__admin/faults", problem)
    given = made.send(made.ask("orders.create"))
    assert (given.status, given.code, given.headers["retry-after"]) == (503, "SERVICE_UNAVAILABLE", "5")
    assert platform.world.store.state is before
    platform.post("admin", "/__admin/faults", {**problem, "after_commit": True})
    given = made.send(made.ask("orders.create"))
    assert (given.status, given.code) == (503, "SERVICE_UNAVAILABLE")
    assert [event["type"] for event in platform.events()][-1] == "order_created"
    assert told(made) == [
        (503, "SERVICE_UNAVAILABLE", "fault-1 problem"),
        (503, "SERVICE_UNAVAILABLE", "fault-2 problem"),
    ]
    assert made.send(made.ask("orders.create")).status == 201


def test_the_answer_that_was_lost_comes_again_with_the_same_key() -> None:
    made = Stage(judged=False)
    made.platform.post("admin", "/__admin/faults", {"fault": "status", "status": 502, "after_commit": True, "times": 1})
    keyed = made.ask("orders.create").but(headers={"Idempotency-Key": "one"})
    assert made.send(keyed).status == 502
    again = made.send(keyed)
    assert (again.status, again.headers["idempotent-replayed"]) == (201, "true")


def test_a_request_without_an_answer_has_a_number_of_its_own_in_the_journal() -> None:
    made = stage({"fault": "timeout", "operation": "orders.health"})
    response = asked(made)
    assert (response.status, response.body) == (444, b"")
    assert response.delivery == Delivery(ending="silence", fault="fault-1")
    assert told(made) == [(444, None, "fault-1 timeout")]


def test_what_is_refused_anyway_is_still_late() -> None:
    made = stage({"fault": "delay", "seconds": 2})
    response = asked(made, "/api/orders/order-1")
    assert (response.status, response.delivery) == (401, Delivery(delay=2, fault="fault-1"))
    assert told(made) == [(401, "UNAUTHORIZED", "fault-1 delay")]


def test_where_no_operation_is_nothing_goes_wrong() -> None:
    made = stage({"fault": "reset"})
    response = asked(made, "/nowhere", x_mock_fault="reset")
    assert (response.status, response.delivery) == (404, None)


def test_controls_are_never_struck_by_the_worlds_faults() -> None:
    made = stage({"fault": "reset"})
    assert made.platform.get("admin", "/__admin/faults").status == 200
    assert made.platform.send("admin", "DELETE", "/__admin/faults").status == 204
    assert asked(made).status == 200


def test_what_a_request_orders_goes_before_the_faults_of_its_world() -> None:
    made = stage({"fault": "reset"})
    response = asked(made, prefer="code=503")
    assert (response.status, response.delivery) == (503, None)
    assert told(made) == [(503, None, "Prefer code=503")]


def test_to_wait_adds_to_the_faults_of_its_world() -> None:
    made = stage({"fault": "delay", "seconds": 2}, {"fault": "truncate"})
    response = asked(made, prefer="wait=1")
    assert response.delivery == Delivery(delay=3, ending="truncated", fault="fault-2")
    assert (b"preference-applied", b"wait=1") in response.headers
    assert told(made) == [(200, None, "Prefer wait=1, fault-1 delay, fault-2 truncate")]


def test_a_bad_order_is_a_400_that_nothing_else_happens_to() -> None:
    made = stage({"fault": "reset"})
    response = asked(made, x_mock_fault="explode")
    assert (response.status, response.delivery) == (400, None)


def test_worlds_have_faults_of_their_own() -> None:
    made = stage({"fault": "reset", "operation": "orders.health"})
    platform = made.platform
    fork = platform.engine.worlds.fork(platform.world, "fork")
    other = platform.engine.worlds.of(Request("GET", "/", headers={b"x-mock-world": b"other"}))
    fork.faults.clear()
    for world, status in ((platform.world, 444), (fork, 200), (other, 200)):
        assert platform.engine.respond(world, Request("GET", "/health", service="orders")).status == status
    assert len(platform.engine.worlds.fork(platform.world, "again").faults) == 1


def test_a_reset_ends_what_goes_wrong() -> None:
    made = stage({"fault": "reset"})
    made.platform.switch("orders", up=False)
    assert made.platform.post("admin", "/__admin/reset").status == 204
    assert asked(made).status == 200


def outage(made: Stage, mode: str) -> None:
    body = {"up": False, "mode": mode}
    assert made.platform.send("admin", "PUT", "/__admin/services/orders", body).json["mode"] == mode


def test_a_service_that_refuses_answers_nothing_and_through_a_gateway_503() -> None:
    made = Stage()
    outage(made, "refuse")
    for path in ("/health", "/ready", "/api/orders/order-1"):
        response = asked(made, path)
        assert (response.status, response.delivery) == (444, Delivery(ending="refused"))
    assert asked(made, "/orders/ready", None).status == 503
    assert asked(made, "/api/orders/order-1", None).status == 503
    assert asked(made, "/__admin/clock").status == 200
    assert told(made)[0] == (444, None, "orders refuses")


def test_breakers_count_a_service_that_refuses() -> None:
    platform = Platform()
    ann = platform.register()
    order = platform.order(ann)
    platform.send("admin", "PUT", "/__admin/services/orders", {"up": False, "mode": "refuse"})
    assert [platform.pay(ann, order).status for _ in range(5)] == [503] * 5
    breakers = platform.get("payments", "/api/circuit-breaker/status").json
    assert breakers["order_service"]["state"] == "open"
    platform.switch("orders", up=True)
    platform.advance(30)
    assert platform.pay(ann, order).status == 201


def test_the_same_seed_and_requests_strike_the_same() -> None:
    def run(seed: int) -> list[Any]:
        made = Stage(seed=seed)
        made.platform.post("admin", "/__admin/faults", {"fault": "delay", "seconds": 1, "sigma": 1, "share": 0.5})
        return [asked(made).delivery for _ in range(30)]

    assert run(1) == run(1)
    assert run(1) != run(2)
    assert None in run(1)
