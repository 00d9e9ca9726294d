"""The documents and pages that a port serves: complete, valid, readable offline and without scripts."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import orjson
import pytest
from openapi_spec_validator import validate

from commerce_mock.controls import with_controls
from commerce_mock.http.pages import install
from commerce_mock.keys import JWKS
from harness.page import Page
from harness.platform import Platform, contract

GATEWAY = "http://127.0.0.1:8080"
CONTRACT = with_controls(contract())
URLS = {name: f"http://127.0.0.1:{service.port}" for name, service in CONTRACT.services.items()}
SPEAKING = [service.name for service in CONTRACT.services.values() if service.event_documents]
PAGES = [
    *((name, "/docs") for name in URLS),
    *((None, f"/docs/{name}") for name in URLS),
    (None, "/docs"),
    *((port, f"/docs/events/{name}") for port in ("admin", None) for name in SPEAKING),
]


@cache
def pages() -> Platform:
    platform = Platform(judged=False)
    install(platform.engine, URLS, GATEWAY)
    return platform


@cache
def served(service: str | None, path: str) -> str:
    media_type, body = pages().engine.pages[service, path]()
    assert media_type == (b"text/html; charset=utf-8" if "docs" in path else b"application/json")
    return body.decode()


@cache
def parsed(service: str | None, path: str) -> Page:
    return Page(served(service, path))


@pytest.mark.parametrize(("service", "path"), PAGES)
def test_a_page_is_whole_and_loads_nothing_from_anywhere(service: str | None, path: str) -> None:
    html = served(service, path)
    page = parsed(service, path)
    assert set(page.loads) <= {"data:,"}
    assert not re.search(r"@import|url\((?!#)", html)
    assert len(page.ids) == len(set(page.ids))


@pytest.mark.parametrize(("service", "path"), PAGES)
def test_every_link_within_a_page_leads_somewhere(service: str | None, path: str) -> None:
    page = parsed(service, path)
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)


@pytest.mark.parametrize(("service", "path"), PAGES)
def test_every_link_to_another_page_of_the_mock_leads_somewhere(service: str | None, path: str) -> None:
    ports = {url: name for name, url in URLS.items()} | {GATEWAY: None}
    for link in parsed(service, path).links:
        address, _, fragment = link.partition("#")
        base, docs, rest = address.partition("/docs")
        if docs and (not base or base in ports):
            target = parsed(ports[base] if base else service, f"/docs{rest}")
            assert fragment in ["", *target.ids]
        elif address.startswith("/"):
            assert (service, address) in pages().engine.pages


@pytest.mark.parametrize("service", URLS)
def test_a_page_tells_everything_of_its_service(service: str) -> None:
    page = parsed(service, "/docs")
    text = " ".join(" ".join(page.words).split())
    for operation in CONTRACT.services[service].operations:
        assert operation.name in page.ids
        assert {f"problem-{code}" for code in operation.problems} <= set(page.ids)
        for told in (operation.method, operation.path, operation.summary, *(p.name for p in operation.parameters)):
            assert told in text
    for resource in CONTRACT.resources.values():
        if resource.service == service and resource.lifecycle:
            assert f"lifecycle-{resource.name}" in page.ids
    for event in CONTRACT.events.values():
        assert (f"event-{event.type}" in page.ids) == (event.service == service)


def test_a_lifecycle_is_drawn_with_every_state() -> None:
    drawing = re.search(r"<svg.*?</svg>", served("orders", "/docs"), re.DOTALL)
    assert drawing is not None
    lifecycle = CONTRACT.resources["orders"].lifecycle
    assert lifecycle is not None
    assert sorted(re.findall(r"<text[^>]*>(\w+)</text>", drawing[0])) == sorted(lifecycle.transitions)
    assert "<title>Order: pending to confirmed or cancelled" in drawing[0]


def test_a_command_on_the_page_uses_the_url_of_its_port() -> None:
    assert "curl http://127.0.0.1:3001/api/orders/order-123" in served("orders", "/docs")
    assert "curl http://127.0.0.1:8080/orders/health" in served(None, "/docs/orders")


def test_markup_in_a_document_is_text_on_the_page() -> None:
    description = "Not <script>alert(1)</script> but `code` and **strong**."
    from commerce_mock.http.docs import page  # noqa: PLC0415 - what pages import is a test of its own

    document = orjson.loads(served("orders", "/openapi.json"))
    document["info"] |= {"title": "<b>T</b>", "description": description}
    html = page(CONTRACT.services["orders"], CONTRACT, document, URLS, dict.fromkeys(SPEAKING, "/docs/events"))
    assert "<p>Not &lt;script&gt;alert(1)&lt;/script&gt; but <code>code</code> and <strong>strong</strong>.</p>" in html
    assert "<title>&lt;b&gt;T&lt;/b&gt;</title>" in html


@pytest.mark.parametrize("service", [*URLS, None])
def test_the_document_stands_alone_and_is_valid(service: str | None) -> None:
    text = served(service, "/openapi.json")
    document = orjson.loads(text)
    validate(document)
    assert set(re.findall(r'"\$ref": "([^#"]*)', text)) <= {""}
    assert document["servers"][0]["url"] == (URLS[service] if service else GATEWAY)


@pytest.mark.parametrize("service", [*URLS, None])
def test_the_document_has_every_operation_of_its_port(service: str | None) -> None:
    paths = orjson.loads(served(service, "/openapi.json"))["paths"]
    declared = {item[method]["operationId"] for item in paths.values() for method in item if method != "parameters"}
    expected = CONTRACT.services[service].operations if service else CONTRACT.operations.values()
    assert declared == {operation.name for operation in expected}


def test_behind_the_gateway_what_services_share_is_told_apart() -> None:
    paths = orjson.loads(served(None, "/openapi.json"))["paths"]
    assert {"/users/health", "/orders/health", "/api/orders"} <= paths.keys()
    assert "/health" not in paths
    assert paths["/orders/health"]["get"]["security"] == []
    assert paths["/api/orders"]["post"]["security"] == [{"bearerAuth": []}]


def test_a_service_without_a_port_has_no_page_of_its_own() -> None:
    platform = Platform(judged=False)
    install(platform.engine, {"orders": "http://127.0.0.1:1"})
    events = {path for name in SPEAKING for path in (f"/docs/events/{name}", f"/asyncapi/{name}.json")}
    assert platform.engine.pages.keys() == {("orders", path) for path in {"/openapi.json", "/docs", JWKS, *events}}
    assert "payment_completed" in platform.engine.pages["orders", "/docs"]()[1].decode()


def test_documents_that_change_are_read_before_they_do(tmp_path: Path) -> None:
    path = tmp_path / "sky.yaml"
    sky = "{get: {responses: {'200': {description: ok, content: {application/json: {example: blue}}}}}}"
    path.write_text(f"openapi: 3.1.0\ninfo: {{title: Sky, version: '1'}}\npaths:\n  /sky: {sky}\n", encoding="utf-8")
    platform = Platform(path, judged=False)
    install(platform.engine, {"sky": "http://127.0.0.1:1"}, changing=True)
    path.write_text("broken: [", encoding="utf-8")
    assert b"/sky" in platform.engine.pages["sky", "/openapi.json"]()[1]
    assert b"<h1" in platform.engine.pages["sky", "/docs"]()[1]


def test_a_page_is_made_once() -> None:
    make = pages().engine.pages["users", "/docs"]
    assert make() is make()


def test_pages_cost_nothing_until_they_are_asked_for() -> None:
    code = "import sys, commerce_cli.serving; print(*sys.modules)"
    environment = {"PYTHONPATH": ":".join(sys.path)}
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environment)  # noqa: S603 - our own command
    assert not {"jinja2", "markdown_it", "rich", "pydantic"} & set(told.stdout.split())
