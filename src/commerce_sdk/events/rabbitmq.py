"""Events from RabbitMQ queues."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Unpack, overload

from commerce_sdk.events._consumer import Consumer, E, Effort, Parse, Settings
from commerce_sdk.events._dead_letter import DeadLetter
from commerce_sdk.events._subscriber import Subscriber

if TYPE_CHECKING:
    from commerce_sdk._generated.events import Event

try:
    from commerce_sdk.events._queues import Queues
except ModuleNotFoundError as _missing:
    raise ModuleNotFoundError(
        "RabbitConsumer needs the package aio-pika: pip install 'commerce-sdk[events]'", name=_missing.name
    ) from _missing


class QueueSettings(Settings, total=False):
    """What a `RabbitConsumer` may be told besides."""

    prefetch: int


class RabbitConsumer(Consumer[E]):
    """Takes events from RabbitMQ queues to `handlers`, sharing them with the other consumers of the queues.

    `url` is `amqp://…` or `amqps://…`. `queues` names queues that exist, or leads from queues to exchanges: then what
    does not exist is made, durable, and the queue is bound to every routing key of the (topic) exchange. Up to
    `prefetch` messages wait in this process.

    `dead_letters` is the durable queue for what cannot be handled (None: the queue's name and `.dead`), or a function
    that is called with each `DeadLetter` instead. A handler is called up to `attempts` times, after pauses that begin
    with `retry_delay` seconds. `parse` is for events of another contract than the platform's.
    """

    @overload
    def __init__(
        self: "RabbitConsumer[Event]",
        url: str,
        queues: str | Sequence[str] | Mapping[str, str],
        handlers: "Subscriber[Event]",
        **settings: Unpack[QueueSettings],
    ) -> None: ...
    @overload
    def __init__(
        self,
        url: str,
        queues: str | Sequence[str] | Mapping[str, str],
        handlers: Subscriber[E],
        *,
        parse: Parse[E],
        **settings: Unpack[QueueSettings],
    ) -> None: ...
    def __init__(  # noqa: PLR0913 - every one is a decision of whoever runs it, most have a default
        self,
        url: str,
        queues: str | Sequence[str] | Mapping[str, str],
        handlers: Subscriber[Any],
        *,
        prefetch: int = 16,
        attempts: int = 5,
        retry_delay: float = 0.5,
        dead_letters: str | Callable[[DeadLetter], object] | None = None,
        parse: Parse[Any] | None = None,
    ) -> None:
        named = [queues] if isinstance(queues, str) else queues
        bindings = dict(named) if isinstance(named, Mapping) else dict.fromkeys(named)
        super().__init__(
            Queues(url, bindings, prefetch),
            handlers,
            parse=parse,
            effort=Effort(attempts, retry_delay),
            dead_letters=dead_letters,
        )
