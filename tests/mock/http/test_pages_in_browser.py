"""The pages in a real browser, which reaches nothing but the mock: they are drawn whole, and complain of nothing."""

from collections.abc import Iterator

import pytest

from harness.browser import find_chromium
from harness.command import Running, serving
from harness.platform import contract

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Browser, Page, sync_playwright

PATHS = ("/docs", "/docs/events/orders", "/docs/events/notifications")
PHONE = {"width": 390, "height": 844}
INSIDE = """() => [...document.querySelectorAll("svg.choreography text")].filter(text => {
    const words = text.getBoundingClientRect(), drawing = text.ownerSVGElement.getBoundingClientRect();
    return words.width && (words.left < drawing.left || words.right > drawing.right || words.bottom > drawing.bottom);
}).map(text => text.textContent)"""


@pytest.fixture(scope="module")
def mock() -> Iterator[Running]:
    with serving("--clock", "frozen", "--log", "off", services=list(contract().services)) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser that finds no other machine."""
    nowhere = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=find_chromium(), args=[nowhere]) as opened,
    ):
        yield opened


def watched(page: Page) -> list[str]:
    """What goes wrong on the page from now on, and each address that it asks for elsewhere."""
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request", lambda asked: wrong.append(asked.url) if not asked.url.startswith(("http://127", "data:")) else None
    )
    return wrong


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_open_offline_without_a_complaint(mock: Running, browser: Browser, scheme: str, *, scripts: bool) -> None:
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light", java_script_enabled=scripts, offline=False
    )
    page = context.new_page()
    wrong = watched(page)
    for path in PATHS:
        page.goto(mock.urls["admin"] + path)
        assert page.locator("svg.choreography").is_visible()
        assert page.locator("svg.choreography .row").count() == len(contract().events)
    assert wrong == []
    context.close()


def test_on_a_phone_nothing_but_the_drawing_is_wider_than_the_screen(mock: Running, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": PHONE["width"], "height": PHONE["height"]})
    page = context.new_page()
    for path in PATHS:
        page.goto(mock.urls["admin"] + path)
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    context.close()


def test_words_stay_within_the_drawing_and_lead_to_the_message(mock: Running, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(mock.urls["admin"] + "/docs/events/orders")
    assert page.evaluate(INSIDE) == []
    page.locator("svg.choreography text", has_text="payment_completed").click()
    page.wait_for_url("**/docs/events/payments#event-payment_completed")
    assert page.locator("#event-payment_completed").is_visible()
    page.get_by_text("On Redis").first.click()
    assert page.get_by_text("redis-cli XADD payment_events").first.is_visible()
    page.close()
