"""The storefront against the mock. Run it with `pytest -n 8`: eight workers, eight worlds, one mock."""

import pytest
from playwright.sync_api import Route, expect

DECLINED, EMPTY = "4000000000000002", "4000000000000341"  # test cards


def test_a_payment_is_processing_until_time_passes(johns_shop, mock):
    johns_shop.buy("Tea", "Cup")
    johns_shop.pay()
    for _ in range(2):  # the page asks again, and nothing has changed
        with johns_shop.page.expect_response("**/api/payments/pay-*"):
            expect(johns_shop.status).to_have_text("Your payment pay-458 is being processed.")

    mock.advance(seconds=1)
    expect(johns_shop.status).to_have_text("Thank you! Your order order-126 is paid.")
    expect(johns_shop.orders.first).to_have_text("order-126: confirmed")
    assert mock.last_mail() == "Your order order-126 is confirmed"


def test_a_card_that_is_declined_can_be_replaced(johns_shop, mock):
    johns_shop.buy("Cup")
    johns_shop.pay(DECLINED)
    expect(johns_shop.alert).to_contain_text("(PAY_001)")

    johns_shop.pay()
    expect(johns_shop.status).to_contain_text("is being processed")
    mock.advance(seconds=1)
    expect(johns_shop.status).to_contain_text("is paid")


def test_a_payment_that_fails_later_leaves_its_order_to_be_paid(johns_shop, mock):
    johns_shop.buy("Cup")
    johns_shop.pay(EMPTY)
    expect(johns_shop.status).to_contain_text("is being processed")
    mock.advance(seconds=1)
    expect(johns_shop.alert).to_have_text("Your payment failed: Insufficient funds")
    expect(johns_shop.orders.first).to_have_text("order-126: pending")


def test_in_an_outage_customers_are_told_when_to_come_back(johns_shop, mock):
    johns_shop.buy("Tea")
    mock.switch("payments", up=False)
    johns_shop.pay()
    expect(johns_shop.alert).to_have_text("We are closed for the moment. Please try again in 5 seconds.")

    mock.switch("payments", up=True)
    johns_shop.pay()
    expect(johns_shop.status).to_contain_text("is being processed")


def test_when_the_answer_is_lost_paying_again_does_not_pay_twice(johns_shop):
    def lose(route: Route) -> None:
        route.fetch()  # the payment is made ...
        route.abort()  # ... and the page does not hear of it

    johns_shop.buy("Tea")
    johns_shop.page.route("**/api/payments", lose, times=1)
    johns_shop.pay()
    expect(johns_shop.alert).to_have_text("That did not work. Please try again.")

    johns_shop.pay()
    expect(johns_shop.status).to_have_text("Your payment pay-458 is being processed.")


def test_who_registers_can_order(shop, mock):
    shop.register(
        email="ann@example.com", username="ann", password="correct-horse-9", first_name="Ann", last_name="Lee"
    )
    expect(shop.status).to_contain_text("Welcome, Ann!")
    customer = shop.status.inner_text().split()[-1]
    shop.sign_in(mock.token("--user", customer), "ann@example.com")
    shop.buy("Tea")
    expect(shop.orders).to_have_text(["order-126: pending"])


@pytest.mark.parametrize("_", range(8))
def test_nobody_sees_the_orders_of_another(johns_shop, _):
    # The same customer, eight times at once.
    for number in range(126, 130):
        johns_shop.buy("Cup")
        expect(johns_shop.orders.first).to_have_text(f"order-{number}: pending")
    expect(johns_shop.orders).to_have_count(3 + 4)
