"""A cage for canaries: whatever is said anywhere is noted, and no secret may be in it."""

import html
import inspect
import json
import logging
import pickle
import re
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import BaseModel, ValidationError

from commerce_sdk import AsyncCommerce, Commerce, Request, Response, otel
from commerce_sdk._message import AsyncNext, Next

PASSWORD = "canary-Pässw0rd-\"'<&>\\-tail"
CARD, DECLINED = "4929123456781111", "4000000000000002"
CVV = "9731"
TOKEN = "canary-bearer-8f2c"
VERIFICATION = "canary-verification-55aa"

# Valid arguments that hold them.
WHO: Final = {"email": "ann@example.com", "username": "ann", "first_name": "Ann", "last_name": "Lee"}
BY_CARD: Final = {"type": "credit_card", "card_number": CARD, "cvv": CVV, "expiry_month": "12", "expiry_year": "2031"}
PAYING: Final = {
    "order_id": "order-1",
    "user_id": "u-1",
    "amount": "1.00",
    "currency": "EUR",
    "payment_method": BY_CARD,
}


@dataclass
class Cage:
    """All that was said, by where it was said; lives as long as the test."""

    secrets: set[str] = field(default_factory=lambda: {PASSWORD, CARD, DECLINED, CVV, TOKEN, VERIFICATION})
    sinks: dict[str, list[str]] = field(default_factory=dict)
    spans: InMemorySpanExporter = field(default_factory=InMemorySpanExporter)

    def note(self, sink: str, *said: object) -> None:
        texts = (each.decode("latin-1") if isinstance(each, bytes) else str(each) for each in said)
        for text in texts:
            self.sinks.setdefault(sink, []).append(text)

    def tracing(self) -> TracerProvider:
        provider = TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(self.spans))
        return provider

    def commerce(self, **settings: Any) -> Commerce:
        """A client that is traced, whose requests and responses show what they show."""

        def listen(request: Request, following: Next) -> Response:
            self.note("messages", repr(request), str(request), repr(request.operation))
            response = following(request)
            self.note("messages", repr(response), str(response))
            return response

        return Commerce(middleware=[otel.middleware(self.tracing()), listen], **settings)

    def async_commerce(self, **settings: Any) -> AsyncCommerce:
        """The same for `async`."""

        async def listen(request: Request, following: AsyncNext) -> Response:
            self.note("messages", repr(request), str(request))
            response = await following(request)
            self.note("messages", repr(response))
            return response

        return AsyncCommerce(middleware=[otel.async_middleware(self.tracing()), listen], **settings)

    async def ask(self, client: Commerce | AsyncCommerce, name: str, **given: Any) -> Any:
        """Make a call by its operation's name; gives its value or the error, both of which are noted."""
        service, _, verb = name.partition(".")
        try:
            answer = client.with_response(getattr(getattr(client, service), verb), **given)
            if inspect.isawaitable(answer):
                answer = await answer
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not sing
            self.note_error(error)
            return error
        finally:
            self.note_client(client)
        self.note("answers", repr(answer), str(answer))
        self.note_model(answer.value)
        return answer.value

    def note_client(self, client: Commerce | AsyncCommerce) -> None:
        core = client.core
        parts = (client, core, core.tokens, core.budget, client.driver, client.users, client.payments)
        self.note("clients", *(repr(part) + str(part) for part in parts))

    def note_model(self, value: Any) -> None:
        self.note("models", repr(value), str(value), f"{value}")
        if isinstance(value, BaseModel):
            self.note("models", value.model_dump(), value.model_dump(by_alias=True), value.model_dump_json())

    def note_error(self, error: BaseException) -> None:
        """An exception with all that hangs on it, as logs, reports and other processes get to see it."""
        self.note("tracebacks", *traceback.format_exception(error))
        for each in _chain(error):
            self.note("errors", repr(each), str(each), repr(each.args), getattr(each, "__notes__", ""))
            self.note("errors", *(f"{name}={value!r}" for name, value in vars(each).items()))
            if isinstance(each, ValidationError):
                self.note("errors", each.errors())
            elif isinstance(each, json.JSONDecodeError):
                self.note("errors", each.doc)
        pickled = pickle.dumps(error)
        self.note("pickles", pickled, pickle.loads(pickled))  # noqa: S301 - our own bytes

    def silent(self) -> None:
        """Fail where a secret is in a sink, in any form in which text is written down."""
        for span in self.spans.get_finished_spans():
            self.note("spans", span.to_json())
        assert self.sinks, "nothing was heard"
        for secret in self.secrets:
            for form in forms(secret):
                for sink, texts in self.sinks.items():
                    for text in texts:
                        assert not tells(text, form), f"{secret} is in {sink}: {text[:2000]}"


def forms(secret: str) -> set[str]:
    """What a text may look like when it is written into another."""
    quoted = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], quote(secret, safe="")}
    utf8 = secret.encode()
    return {secret, repr(secret)[1:-1], repr(utf8)[2:-1], utf8.decode("latin-1"), html.escape(secret), *quoted}


def tells(text: str, secret: str) -> bool:
    """Whether the text has the secret; a few digits count only as a word of their own, not inside a number."""
    if len(secret) > len(CVV):
        return secret in text
    return re.search(rf"(?<![\w.-]){re.escape(secret)}(?![\w-])", text) is not None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An exception, and those that it came from or happened beside."""
    waiting, seen = [error], set[int]()
    while waiting:
        each = waiting.pop()
        if id(each) not in seen:
            seen.add(id(each))
            yield each
            waiting += [other for other in (each.__cause__, each.__context__) if other is not None]
            waiting += getattr(each, "exceptions", ())


class _Listener(logging.Handler):
    def __init__(self, cage: Cage) -> None:
        super().__init__(logging.DEBUG)
        self._cage = cage
        self._formatter = logging.Formatter("%(name)s %(message)s")

    def emit(self, record: logging.LogRecord) -> None:
        self._cage.note("log", self._formatter.format(record), repr(record.args))


@contextmanager
def watched() -> Iterator[Cage]:
    """A cage that hears every logger at DEBUG level and every warning, and at the end is searched for secrets."""
    cage = Cage()
    listener, root = _Listener(cage), logging.getLogger()
    loggers = [root, *(each for each in logging.Logger.manager.loggerDict.values() if isinstance(each, logging.Logger))]
    levels = [(logger, logger.level, logger.disabled) for logger in loggers]
    root.addHandler(listener)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
        logger.disabled = False
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield cage
        cage.note("log", *(str(each.message) for each in caught))
    finally:
        root.removeHandler(listener)
        for logger, level, disabled in levels:
            logger.setLevel(level)
            logger.disabled = disabled
    cage.silent()
