"""A world as tests see it: its state and records, its clock, and what can be made to go wrong in it."""

from collections.abc import Mapping
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, TypeVar, Unpack, overload

import orjson

from commerce_mock import wire
from commerce_mock.auth import CUSTOMER, ROLES, issue_token
from commerce_mock.engine import Engine
from commerce_mock.journal import Entry
from commerce_sdk import AsyncCommerce, Commerce
from commerce_sdk._client import AsyncClient, Client
from commerce_sdk._errors import TransportError
from commerce_testing import addresses, emitting, records
from commerce_testing.clock import WorldClock
from commerce_testing.deliveries import Deliveries
from commerce_testing.faults import Fault, ordered
from commerce_testing.replay import Recorder
from commerce_testing.scenarios import Scenarios
from commerce_testing.switch import ServiceSwitch
from commerce_testing.transport import AsyncMockTransport, MockTransport
from commerce_testing.verification import Journal
from commerce_testing.watching import Mailed, Published
from commerce_testing.worlds import History, fork

if TYPE_CHECKING:
    from commerce_sdk.events import Event

C = TypeVar("C", bound=Client)
A = TypeVar("A", bound=AsyncClient)
SERVICE: Final = "service"
NOBODY: Final = "00000000-0000-4000-8000-000000000000"
_LASTING: Final = 10 * 366 * 86_400  # seconds: no test outlives its token by advancing the clock


class CommerceMock:
    """One world of the platform with everything that a test may look at or turn; lives as long as the test.

    `clock` is the time of the world and of the clients made here. `transport` and `async_transport` carry the calls
    of any client of the contract. `engine` answers them, for those who need more than this class gives.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._world = engine.world
        self.clock = WorldClock(engine.world)
        self.transport = MockTransport(engine, self.clock)
        self.async_transport = AsyncMockTransport(self.transport)

    def __repr__(self) -> str:
        return f"<CommerceMock {self.clock.now:%Y-%m-%d %H:%M:%S} {self.state!r}>"

    # What there is

    @cached_property
    def state(self) -> records.State:
        """All resources, by collection and id: `state["orders"][order.id]["status"]`."""
        return records.State(self._world)

    @property
    def events(self) -> Published:
        """The events that were published, oldest first, as a consumer gets them; `where` and `wait_for` find some."""
        return Published(self._world)

    @property
    def inbox(self) -> Mailed:
        """The mails to users, oldest first: `id`, `to`, `subject`, `text`, `user_id`, `event_type` and more.

        `where` and `wait_for` find some.
        """
        return Mailed(self._world)

    @property
    def requests(self) -> list[Entry]:
        """The requests that reached a service, oldest first: `operation`, `status`, `code`, `path` and more."""
        return records.asked(self._world)

    @cached_property
    def journal(self) -> Journal:
        """What came, asked: `verify`, `count`, `unmatched`, and `explain` for why a request was answered as it was."""
        return Journal(self._world, self._control)

    @cached_property
    def history(self) -> History:
        """What the world was: `snapshot` and `restore`, `rewind`, `at` an earlier request, `diff`, `export`, `load`."""
        return History(self._world, self._control)

    def fork(self, name: str, *, at: str | None = None, snapshot: str | None = None) -> "CommerceMock":
        """Another world that goes on from this one: from now, from after a request, or from a snapshot on.

        Neither sees what happens in the other. Raises `ValueError`.
        """
        return CommerceMock(fork(self.engine, name, self.history.moment(at, snapshot)))

    @cached_property
    def recorder(self) -> Recorder:
        """Records what the world is asked and says, for `commerce_testing.replay`."""
        return Recorder(self._world)

    # What can be turned

    @cached_property
    def scenario(self) -> Scenarios:
        """What the world begins with: `load("shop.yaml")`, `save("shop.yaml")`, `generate(users=20, orders=100)`."""
        return Scenarios(self._world)

    @property
    def payment_delay(self) -> str:
        """What new payments wait for: `"immediate"`, seconds, `"2h"`, `"manual"` or `"reads:3"`; it can be set."""
        return self.scenario.payment_delay

    @payment_delay.setter
    def payment_delay(self, delay: str | float) -> None:
        self.scenario.payment_delay = str(delay)

    def service(self, name: str) -> ServiceSwitch:
        """A service, to be switched off and on. Raises `ValueError` where there is none of that name."""
        return ServiceSwitch(self._world, name)

    def settle(
        self, payment_id: str, status: str, *, reason: str | None = None, error_code: str | None = None
    ) -> dict[str, Any]:
        """End a payment that is processing, now: `completed` or `failed`; gives the payment.

        Raises `ValueError` where that cannot be.
        """
        said = {"status": status, "failureReason": reason, "errorCode": error_code}
        body = {name: value for name, value in said.items() if value is not None}
        settled: dict[str, Any] = self._control("admin.settle", body, payment_id=payment_id)
        return settled

    def emit(self, event_type: str, payload: Mapping[str, Any], **envelope: Unpack[emitting.Envelope]) -> "Event":
        """Emit an event by hand, as a real service would; gives it as a consumer gets it.

        `payload` is as the AsyncAPI documents say, `envelope` what else may be said: `id`, `source`, `time`,
        `correlation_id`, `traceparent`, `publish`. Raises `ValueError` with each place that does not fit.
        """
        return emitting.emit(self._control, event_type, payload, **envelope)

    def redeliver(self, event: "Event | str", *receivers: str) -> "list[Event]":
        """Deliver an event (or that of an id) once more, to all or to some: `orders`, `notifications`, `brokers`.

        Gives the events that this caused. Raises `ValueError` where there is no such event, or they do not hear of it.
        """
        return emitting.redeliver(self._control, event, receivers)

    @cached_property
    def deliveries(self) -> Deliveries:
        """How events come to those who hear of them: `hold`, `delay`, `duplicate`, `drop`, `reorder`, and `release`."""
        return Deliveries(self._world, self._control)

    def force_auth(self, outcome: str, operation: str = "*", *, times: int | None = None) -> None:
        """Let good tokens count for less: `expired`, `invalid`, `wrong_role` or `not_owner`, until it is `off`.

        `operation` is a name or a pattern such as `payments.*`, `times` for how many requests (None: all).
        Raises `ValueError` for what there is not.
        """
        said = {"outcome": outcome, "operation": operation, "times": times}
        self._control("admin.set_auth", {name: value for name, value in said.items() if value is not None})

    def fail(
        self,
        operation: str,
        fault: int | str | TransportError,
        *,
        times: int | None = 1,
        after_commit: bool = False,
        **settings: Any,
    ) -> Fault:
        """Let the next requests of an operation go wrong; gives what counts them.

        Args:
            operation: its name, such as `orders.create`; `orders.*` stands for several.
            fault: a status of failure or a problem code to be answered, `connection` (it cannot be made, or breaks
                before the answer), `cut` (it breaks in the middle of the answer), `timeout`, an error to be raised in
                this process, or another kind that the control API knows: `delay`, `slow`, `malformed`, `rate_limit`.
            times: how many requests; None means all.
            after_commit: whether the service does what it is asked first. A `cut` always comes after that.
            settings: what else the kind takes, such as `headers` of an answer, `seconds` of a delay, or `share`.

        Raises `ValueError` for an operation or fault that there is not.
        """
        said = {"times": times, "after_commit": after_commit, **settings}
        made = ordered(self.engine.contract, operation, fault, said)
        with self._world.lock:
            return self._world.faults.add(made)

    def reset(self) -> None:
        """Return to the state that the world began with, without faults; all services are up. Time goes on."""
        self._world.reset()

    # Who calls

    def token(self, user_id: str = NOBODY, role: str = CUSTOMER, *, expires_in: float = _LASTING) -> str:
        """A token that the services accept; `role` is `customer`, `service` or `admin`, `expires_in` in seconds."""
        if role not in ROLES:
            raise ValueError(f"no role is named {role!r}: there are {', '.join(ROLES)}")
        return issue_token(self.engine.settings.key, user_id, role, expires_in, self._world.clock.now())

    @overload
    def client(self, *, user_id: str | None = None, **settings: Any) -> Commerce: ...
    @overload
    def client(self, kind: type[C], *, user_id: str | None = None, **settings: Any) -> C: ...
    def client(self, kind: type[Client] = Commerce, *, user_id: str | None = None, **settings: Any) -> Client:
        """A client of this world: that of a user, or of another service, which may do everything.

        `kind` may be a client generated from another contract; `settings` are its arguments.
        """
        return kind(**{"transport": self.transport, **self._settings(kind, user_id), **settings})

    @overload
    def async_client(self, *, user_id: str | None = None, **settings: Any) -> AsyncCommerce: ...
    @overload
    def async_client(self, kind: type[A], *, user_id: str | None = None, **settings: Any) -> A: ...
    def async_client(
        self, kind: type[AsyncClient] = AsyncCommerce, *, user_id: str | None = None, **settings: Any
    ) -> AsyncClient:
        """The same for `async`."""
        return kind(**{"transport": self.async_transport, **self._settings(kind, user_id), **settings})

    def close(self) -> None:
        """Let whoever still sleeps go on."""
        self.clock.close()

    def _settings(self, kind: type, user_id: str | None) -> dict[str, Any]:
        """The arguments of a client, so that nothing comes from the environment."""
        token = self.token(user_id) if user_id is not None else self.token(role=SERVICE)
        places = addresses.arguments(kind, addresses.urls(self.engine.contract))
        return {"token": token, "clock": self.clock, **places}

    def _control(self, name: str, body: Any, **path: str) -> Any:
        """Ask one of the mock's own controls. Raises `ValueError` with what it says against it."""
        operation = self.engine.contract.operations.get(name)
        if operation is None:
            raise ValueError(f"the contract has no {name}")
        headers = {b"content-type": b"application/json"}
        target = operation.path.format_map(path)
        asked = wire.Request(operation.method, target, b"", headers, orjson.dumps(body), operation.service)
        answered = self.engine.respond(self._world, asked)
        content: Any = orjson.loads(answered.body) if answered.body else None
        if answered.status >= HTTPStatus.BAD_REQUEST:
            places = "; ".join(f"{error['pointer']}: {error['message']}" for error in content.get("errors", ()))
            raise ValueError(f"{name} {', '.join(path.values())}: {places or content['detail']}")
        return content
