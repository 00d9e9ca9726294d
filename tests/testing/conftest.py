"""The kit without pytest's plugin: a stage for all tests, a world for each."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from commerce_sdk import Commerce
from commerce_testing import CommerceMock, Setting, Stage
from harness.remembered import remember


@dataclass(frozen=True, slots=True)
class Shop:
    """A client of a world with a registered user."""

    mock: CommerceMock
    client: Commerce
    user_id: str

    def order(self) -> str:
        """Place an order over 59.98."""
        items = [{"product_id": "prod-1", "quantity": 2, "price": "29.99"}]
        return self.client.orders.create(user_id=self.user_id, items=items).id  # type: ignore[arg-type] # a list of one

    def pay(self, order_id: str) -> str:
        """Pay such an order."""
        payment = self.client.payments.create(
            order_id=order_id, user_id=self.user_id, amount="59.98", currency="USD", payment_method={"type": "paypal"}
        )
        return payment.id


@pytest.fixture(autouse=True)
def _documents(monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform's own documents are read once for all runs that tests start in this process."""
    remember(monkeypatch, "commerce_contract", "commerce_testing.stage")


@pytest.fixture(scope="session")
def stage() -> Stage:
    return Stage()


@pytest.fixture
def mock(stage: Stage) -> Iterator[CommerceMock]:
    made = CommerceMock(stage.lay(Setting()))
    yield made
    made.close()


@pytest.fixture
def shop(mock: CommerceMock) -> Shop:
    client = mock.client()
    user = client.users.create(
        email="ann@example.com", username="ann", password="correct-horse-9", first_name="Ann", last_name="Lee"
    )
    return Shop(mock, client, user.id)
