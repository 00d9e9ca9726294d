"""The page of the documentation with an `EventSource`, in a real browser: it shows events as they happen."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from commerce_mock.auth import DEVELOPMENT_SECRET, issue_token
from harness.command import Running
from harness.manual import File, read
from harness.stage import JOHN

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Page, expect, sync_playwright

DOCUMENTED = Path(__file__).parents[2] / "docs" / "watching-events.md"
WORLD = "of-the-page"


@pytest.fixture
def page(chromium: str, platform: Running, tmp_path: Path) -> Iterator[Page]:
    """The page, opened from a file: its origin is none of the mock's."""
    (shown,) = (step for step in read(DOCUMENTED) if isinstance(step, File) and step.path == "orders.html")
    text = shown.text.replace("http://localhost:3010", platform.urls["admin"]).replace("default", WORLD)
    (tmp_path / "orders.html").write_text(text)
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=chromium) as browser:
        opened = browser.new_page()
        with opened.expect_response("**/events/stream?*"):
            opened.goto((tmp_path / "orders.html").as_uri())
        yield opened


def test_a_page_shows_orders_as_they_are_placed_and_none_after_a_reset(page: Page, platform: Running) -> None:
    headers = {
        "X-Mock-World": WORLD,
        "Authorization": f"Bearer {issue_token(DEVELOPMENT_SECRET, JOHN, 'customer', 10**10, 0)}",
    }
    orders, reset = f"{platform.urls['orders']}/api/orders", f"{platform.urls['admin']}/__admin/reset"
    order = {"userId": JOHN, "items": [{"productId": "tea", "quantity": 2, "price": 4.5}]}
    with httpx.Client(headers=headers) as client:
        placed = [client.post(orders, json=order).raise_for_status().json()["id"] for _ in range(2)]
        expect(page.locator("li")).to_have_text([f"{identifier}: 9" for identifier in placed])
        client.post(reset).raise_for_status()
        expect(page.locator("li")).to_have_count(0)
        again = client.post(orders, json=order).raise_for_status().json()["id"]
        expect(page.locator("li")).to_have_text([f"{again}: 9"])
