import asyncio
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from commerce_sdk import otel
from commerce_sdk._errors import ConnectionFailedError, ServiceUnavailableError
from commerce_sdk._message import Request, Response
from commerce_sdk._operation import Operation
from commerce_sdk._resource import Resource
from sdk.scripted import ScriptedTransport, client, response

GET = Operation("orders.get", "orders", "GET", "/api/orders/{order_id}", result="text")
SECRET = "canary-77"
URL = f"http://orders.test:8080/api/orders/order-1?token={SECRET}"
REQUEST = Request(GET, "GET", URL, {"Authorization": f"Bearer {SECRET}"}, SECRET.encode())
ANSWER = response(200, SECRET.encode(), x_secret=SECRET)

Through = Callable[[Callable[[Request], Response]], Response]


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def provider(spans: InMemorySpanExporter) -> TracerProvider:
    made = TracerProvider(shutdown_on_exit=False)
    made.add_span_processor(SimpleSpanProcessor(spans))
    return made


@pytest.fixture(params=["sync", "async"])
def through(request: pytest.FixtureRequest, provider: TracerProvider) -> Through:
    """Pass a request through the middleware to what answers it."""
    if request.param == "sync":
        return partial(otel.middleware(provider), REQUEST)

    def run(answering: Callable[[Request], Response]) -> Response:
        traced = otel.async_middleware(provider)

        async def following(sent: Request) -> Response:
            await asyncio.sleep(0)
            return answering(sent)

        async def main() -> Response:
            return await traced(REQUEST, following)

        return asyncio.run(main())

    return run


def only(spans: InMemorySpanExporter) -> ReadableSpan:
    (span,) = spans.get_finished_spans()
    return span


def test_a_span_says_what_was_asked_and_answered(through: Through, spans: InMemorySpanExporter) -> None:
    assert through(lambda _: ANSWER) is ANSWER
    span = only(spans)
    assert (span.name, span.kind) == ("GET /api/orders/{order_id}", SpanKind.CLIENT)
    assert span.status.status_code is StatusCode.UNSET
    assert dict(span.attributes or {}) == {
        "http.request.method": "GET",
        "url.full": "http://orders.test:8080/api/orders/order-1",
        "url.template": "/api/orders/{order_id}",
        "server.address": "orders.test",
        "server.port": 8080,
        "http.response.status_code": 200,
        "commerce.operation": "orders.get",
    }
    assert span.instrumentation_scope is not None
    assert span.instrumentation_scope.name == "commerce_sdk"


def test_the_trace_goes_on_in_the_request(through: Through, spans: InMemorySpanExporter) -> None:
    sent: list[Request] = []

    def answering(request: Request) -> Response:
        sent.append(request)
        return ANSWER

    through(answering)
    context = only(spans).get_span_context()
    assert context is not None
    trace_id, span_id = sent[0].headers["traceparent"].split("-")[1:3]
    assert (int(trace_id, 16), int(span_id, 16)) == (context.trace_id, context.span_id)
    assert sent[0].headers["Authorization"] == f"Bearer {SECRET}"
    assert sent[0] == REQUEST.with_headers({"traceparent": sent[0].headers["traceparent"]})


def test_an_answer_of_failure_is_an_error(through: Through, spans: InMemorySpanExporter) -> None:
    assert through(lambda _: replace(ANSWER, status=404)).status == 404
    span = only(spans)
    attributes = span.attributes or {}
    assert span.status.status_code is StatusCode.ERROR
    assert (attributes["http.response.status_code"], attributes["error.type"]) == (404, "404")


def test_no_answer_is_an_error_with_its_kind(through: Through, spans: InMemorySpanExporter) -> None:
    def broken(_: Request) -> Response:
        raise ConnectionFailedError(f"broken {SECRET}", sent=True)

    with pytest.raises(ConnectionFailedError):
        through(broken)
    span = only(spans)
    assert span.status.status_code is StatusCode.ERROR
    assert (span.attributes or {})["error.type"] == "ConnectionFailedError"
    assert "http.response.status_code" not in (span.attributes or {})


def test_nothing_secret_is_in_a_span(through: Through, spans: InMemorySpanExporter) -> None:
    def broken(_: Request) -> Response:
        raise ConnectionFailedError(f"broken {SECRET}", sent=True)

    through(lambda _: ANSWER)
    with pytest.raises(ConnectionFailedError):
        through(broken)
    assert all(SECRET not in span.to_json() for span in spans.get_finished_spans())


@pytest.mark.parametrize(("url", "port"), [("https://orders.test/x", 443), ("http://orders.test/x", 80)])
def test_the_port_is_told_also_where_the_scheme_implies_it(
    url: str, port: int, provider: TracerProvider, spans: InMemorySpanExporter
) -> None:
    otel.middleware(provider)(replace(REQUEST, url=url), lambda _: ANSWER)
    assert (only(spans).attributes or {})["server.port"] == port


def test_each_attempt_has_a_span_that_counts(provider: TracerProvider, spans: InMemorySpanExporter) -> None:
    transport = ScriptedTransport(503, ConnectionFailedError("refused", sent=False), 503)
    made = client(transport, urls={"orders": ("http://orders.test", "")}, middleware=[otel.middleware(provider)])
    with pytest.raises(ServiceUnavailableError):
        Resource(made)._call(GET, path={"order_id": "1"})  # noqa: SLF001 - what generated resources do
    counts = [(span.attributes or {}).get("http.request.resend_count") for span in spans.get_finished_spans()]
    assert counts == [None, 1, 2]


def test_without_a_provider_it_uses_the_global_one() -> None:
    assert otel.middleware()(REQUEST, lambda _: ANSWER) is ANSWER


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    monkeypatch.delitem(sys.modules, "commerce_sdk.otel")
    with pytest.raises(ImportError, match=r"pip install commerce-sdk\[otel\]"):
        import commerce_sdk.otel  # noqa: F401, PLC0415 - to see it fail
