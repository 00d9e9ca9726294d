"""A browser for each worker, a world for each browser: tests run side by side, and none sees another."""

import os
import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

STOREFRONT = os.environ.get("STOREFRONT_URL", "http://127.0.0.1:8080")
ADMIN = os.environ.get("COMMERCE_ADMIN_URL", "http://127.0.0.1:3010") + "/__admin"
WORLD = os.environ.get("PYTEST_XDIST_WORKER", "gw0")  # gw0 to gw7 with `pytest -n 8`
expect.set_options(timeout=15_000)  # milliseconds, where eight browsers share a small machine


class Mock:
    """What a test does to the platform. `request` carries the context's headers: it is the world of its pages."""

    def __init__(self, context: BrowserContext) -> None:
        self._request = context.request

    def advance(self, *, seconds: int) -> None:
        """Let time pass."""
        assert self._request.post(f"{ADMIN}/clock/advance", data={"seconds": seconds}).ok

    def switch(self, service: str, *, up: bool) -> None:
        """Switch a service off or on."""
        assert self._request.put(f"{ADMIN}/services/{service}", data={"up": up}).ok

    def last_mail(self) -> str:
        """The subject of the newest mail to a customer."""
        subject: str = self._request.get(f"{ADMIN}/inbox?limit=1").json()["notifications"][0]["subject"]
        return subject

    @staticmethod
    def token(*flags: str) -> str:
        """What an identity provider would give: a user's token, by default that of the demo scenario's first."""
        command = ["commerce-mock", "token", *flags]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


class Shop:
    """The page, as a customer sees it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.status = page.get_by_role("status")
        self.alert = page.get_by_role("alert")
        self.orders = page.get_by_role("region", name="Your orders").get_by_role("listitem")
        page.goto("/")

    def register(self, **user: str) -> None:
        """Fill in the form."""
        for name, value in user.items():
            self.page.locator(f"#register [name={name}]").fill(value)
        self.page.get_by_role("button", name="Register").click()

    def sign_in(self, token: str, email: str) -> None:
        """Be whom the token names."""
        self.page.get_by_label("Token").fill(token)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_text(f"Signed in as {email}")).to_be_visible()

    def buy(self, *products: str) -> None:
        """Fill the cart and order."""
        for product in products:
            self.page.get_by_role("button", name=f"Add {product}").click()
        self.page.get_by_role("button", name="Place order").click()
        expect(self.status).to_contain_text("is placed")

    def pay(self, card: str = "4242424242424242") -> None:
        """Pay the order with a card."""
        self.page.get_by_label("Card number").fill(card)
        self.page.get_by_role("button", name="Pay").click()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Playwright's Chromium, or the one that CHROMIUM names; one for all tests of a worker."""
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=os.getenv("CHROMIUM")) as browser:
        yield browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser whose every request names this worker's world. The world is forgotten, so that it begins anew."""
    with browser.new_context(base_url=STOREFRONT, extra_http_headers={"X-Mock-World": WORLD}) as context:
        assert context.request.delete(f"{ADMIN}/worlds/{WORLD}").ok
        yield context


@pytest.fixture
def mock(context: BrowserContext) -> Mock:
    """The platform behind the storefront."""
    return Mock(context)


@pytest.fixture
def shop(context: BrowserContext) -> Shop:
    """The storefront, nobody signed in."""
    return Shop(context.new_page())


@pytest.fixture(scope="session")
def johns_token() -> str:
    """Of a customer whom every world has from the start."""
    return Mock.token()


@pytest.fixture
def johns_shop(shop: Shop, johns_token: str) -> Shop:
    """The storefront, that customer signed in."""
    shop.sign_in(johns_token, "user@example.com")
    return shop
