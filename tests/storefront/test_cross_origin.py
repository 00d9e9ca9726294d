"""A page of another origin, in a real browser: what it may send to the mock, and what it may read of the answers."""

from collections.abc import Iterator
from typing import Any

import pytest

from commerce_mock.auth import DEVELOPMENT_SECRET, issue_token
from harness.command import Running
from harness.stage import JOHN

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Page, sync_playwright

# Preflights are asked for and judged by the browser: it fails the fetch where they do not allow it.
ASK = """async ([url, headers]) => {
    const answer = await fetch(url, {headers});
    return {status: answer.status, headers: Object.fromEntries(answer.headers)};
}"""
PLACE = """async ([url, headers, body]) => {
    const answer = await fetch(url, {method: "POST", headers, body: JSON.stringify(body)});
    return {status: answer.status, headers: Object.fromEntries(answer.headers)};
}"""
ORDER = {"userId": JOHN, "items": [{"productId": "tea", "quantity": 1, "price": 4.5}]}
EVERYTHING = {
    "Authorization": f"Bearer {issue_token(DEVELOPMENT_SECRET, JOHN, 'customer', 10**10, 0)}",
    "Content-Type": "application/json",
    "Idempotency-Key": "first",
    "X-Request-Id": "asked-by-a-page",
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "X-Mock-World": "everything",
    "Prefer": "wait=0",
    "baggage": "tenant=7",
}


@pytest.fixture(scope="module")
def page(chromium: str, environment: dict[str, str]) -> Iterator[Page]:
    """A page of the storefront's origin, which is none of the mock's."""
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=chromium) as browser:
        opened = browser.new_page()
        opened.goto(environment["STOREFRONT_URL"])
        yield opened


def ask(page: Page, url: str, **headers: str) -> Any:
    return page.evaluate(ASK, [url, headers])


@pytest.mark.parametrize("header", [{"X-Mock-World": "w1"}, {"baggage": "tenant=7,mock-world=w1;kept"}])
def test_a_page_names_its_world_and_reads_which_one_answered(
    page: Page, platform: Running, header: dict[str, str]
) -> None:
    answer = ask(page, f"{platform.urls['users']}/health", **header)
    assert (answer["status"], answer["headers"]["x-mock-world"]) == (200, "w1")


@pytest.mark.parametrize("header", [{"X-Mock-World": "w2"}, {"baggage": "mock-world=w2"}])
def test_a_browser_names_the_world_of_a_page_that_knows_of_none(
    page: Page, environment: dict[str, str], platform: Running, header: dict[str, str]
) -> None:
    assert page.context.browser is not None
    with page.context.browser.new_context(extra_http_headers=header) as context:
        unaware = context.new_page()
        unaware.goto(environment["STOREFRONT_URL"])
        answer = ask(unaware, f"{platform.urls['users']}/health")
    assert answer["headers"]["x-mock-world"] == "w2"


def test_a_page_that_names_no_world_is_in_the_default_one(page: Page, platform: Running) -> None:
    answer = ask(page, f"{platform.urls['users']}/health")
    assert answer["headers"]["x-mock-world"] == "default"


def test_a_page_may_send_every_header_that_contract_and_mock_know_and_reads_all_of_the_answer(
    page: Page, platform: Running
) -> None:
    place = [f"{platform.urls['orders']}/api/orders", EVERYTHING, ORDER]
    first, again = page.evaluate(PLACE, place), page.evaluate(PLACE, place)
    assert (first["status"], again["status"]) == (201, 201)
    assert first["headers"]["location"] == "/api/orders/order-126"
    assert first["headers"]["x-request-id"] == "asked-by-a-page"
    assert first["headers"]["x-mock-world"] == "everything"
    assert again["headers"]["idempotent-replayed"] == "true"


def test_a_page_reads_a_refusal_and_what_it_should_do_about_it(page: Page, platform: Running) -> None:
    answer = ask(page, f"{platform.urls['orders']}/api/orders/order-123")
    assert (answer["status"], answer["headers"]["www-authenticate"]) == (401, "Bearer")


def test_a_page_may_use_the_controls_in_its_world(page: Page, platform: Running) -> None:
    switch = """async (url) => (await fetch(url, {
        method: "PUT", headers: {"Content-Type": "application/json", "X-Mock-World": "dark"}, body: '{"up": false}',
    })).status"""
    assert page.evaluate(switch, f"{platform.urls['admin']}/__admin/services/users") == 200
    there = f"{platform.urls['users']}/api/users/{JOHN}"
    answer = ask(page, there, **{"X-Mock-World": "dark"})
    assert (answer["status"], answer["headers"]["retry-after"]) == (503, "5")
    assert ask(page, there, **{"X-Mock-World": "bright"})["status"] == 401
