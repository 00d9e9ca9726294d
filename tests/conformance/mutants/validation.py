"""Requests that break the document and are taken, and requests that keep it and are refused."""

import dataclasses
from functools import partial
from typing import Any, Final

from commerce_mock.call import Call, Rule
from commerce_mock.problems import Problem
from commerce_mock.reading import Reader
from commerce_mock.services import orders, payments
from commerce_mock.transaction import Transaction
from conformance.mutants.broken import Answered, Broken
from conformance.mutants.mutant import Group

GROUP: Final = Group("validation")
LAWS: Final = "validation"


# Name, operation, the place that is not checked, what the check would say (regular expressions), and what it costs.
# ruff: noqa: E501 - a table reads best with a row in a line
UNCHECKED: Final = (
    ("email_form", "users.create", "/email", "valid email", "An address that is none is taken: no mail ever arrives."),
    ("email_length", "users.create", "/email", "at most", "Addresses of any length are taken, and cut by the database."),
    ("password_length", "users.create", "/password", "at least", "A password of one letter is taken."),
    ("username_length", "users.create", "/username", "at most", "Names of any length break every page that shows them."),
    ("phone_form", "users.create", "/phone", "must match", "A phone number that is none is taken: nobody can be called."),
    ("empty_first_name", "users.create", "/first_name", "at least", "A name of nothing is taken: letters begin `Dear ,`."),
    ("update_phone_form", "users.update", "/phone", "must match", "What registration refuses, an update takes."),
    ("update_nothing", "users.update", "", "", "An update of nothing is taken and counted as a change."),
    ("bio_length", "users.update", "/profile/bio", "at most", "Novels are taken, and sent with every answer."),
    ("quantity_zero", "orders.create", "/items/[0-9]+/quantity", "at least", "Nought of a product is packed."),
    ("quantity_fraction", "orders.create", "/items/[0-9]+/quantity", "integer", "Half a product is ordered."),
    ("quantity_maximum", "orders.create", "/items/[0-9]+/quantity", "at most", "More is ordered than fits a column."),
    ("price_of_mills", "orders.create", "/items/[0-9]+/price", "multiple", "Prices of a tenth of a cent are taken."),
    ("price_negative", "orders.create", "/items/[0-9]+/price", "at least", "A negative price pays the customer."),
    ("no_items", "orders.create", "/items", "", "An order of nothing is taken, and an empty parcel sent."),
    ("product_missing", "orders.create", "/items/[0-9]+/productId", "required", "An item without its product is taken."),
    ("product_empty", "orders.create", "/items/[0-9]+/productId", "at least", "A product without a name is ordered."),
    ("expiry_month", "payments.create", "/paymentMethod/expiryMonth", "", "A card of the thirteenth month is taken."),
    ("cvv_form", "payments.create", "/paymentMethod/cvv", "", "A verification value of letters is taken."),
    ("card_length", "payments.create", "/paymentMethod/cardNumber", "", "A card of four digits is taken."),
    ("currency_form", "payments.create", "/currency", "", "A currency that is none is taken: who books it?"),
    ("refund_of_nothing", "payments.refund", "/amount", "more than|at least", "A refund of nothing is booked."),
    ("refund_reason_length", "payments.refund", "/reason", "at most", "A reason of any length is taken."),
    ("limit_maximum", "orders.list_for_user", "/query/limit", "at most", "One request reads a million orders."),
    ("limit_minimum", "orders.list_for_user", "/query/limit", "at least", "A page of nothing never ends a loop."),
    ("offset_negative", "orders.list_for_user", "/query/offset", "at least", "A negative offset shows the end."),
    ("status_filter_unknown", "orders.list_for_user", "/query/status", "", "An unknown state shows an empty list."),
    ("user_id_form", "orders.list_for_user", "/path/user_id", "", "A path with no UUID is answered as an empty list."),
    ("token_length", "users.verify", "/verification_token", "", "A token of any length is compared."),
)  # fmt: skip

# Of which type is what is taken: other types still fail, as they do where a language converts what it can.
KINDS: Final = {
    "/items": list,
    "/items/[0-9]+/quantity": (int, float),
    "/paymentMethod/cardNumber": str,
    "/verification_token": str,
}


def _unchecked(operation: str, pointer: str, message: str) -> Any:
    return lambda broken: broken.unchecked(operation, pointer, message, KINDS.get(pointer, object))


for _name, _operation, _pointer, _message, _fault in UNCHECKED:
    GROUP.add(f"unchecked_{_name}", _fault, LAWS, _unchecked(_operation, _pointer, _message))


@GROUP.mutant("Cards are not asked for their check digit: typing errors cost a fee each.", "codes validation")
def check_digit_not_checked(broken: Broken) -> None:
    broken.patch.setattr(payments, "luhn", lambda _: True)


@GROUP.mutant("What breaks the schema says nowhere where: a form marks no field.", LAWS)
def errors_without_pointers(broken: Broken) -> None:
    def change(told: Answered) -> None:
        if told.status == 422:
            told.json["errors"] = [{"pointer": "", "message": "is wrong"}]

    broken.answers(change, "orders.create")


@GROUP.mutant("Pointers are written with dots: a client that follows RFC 6901 finds no field.", "validation money")
def pointers_with_dots(broken: Broken) -> None:
    def change(told: Answered) -> None:
        if told.status == 422:
            for error in told.json.get("errors", ()):
                error["pointer"] = error["pointer"].strip("/").replace("/", ".")

    broken.answers(change, "payments.create", "users.create")


def _store(call: Call, tx: Transaction) -> None:
    orders.create(tx, call)


@GROUP.mutant("A request is stored first and judged afterwards: what was refused is in the list.", "validation events")
def stored_though_refused(broken: Broken) -> None:
    original = Reader.read
    last: list[Call] = []

    def wrap(rule: Rule) -> Rule:
        def create(tx: Transaction, call: Call) -> Any:
            last[:] = [call]
            return rule(tx, call)

        return create

    def read(reader: Reader, request: Any, path: Any, caller: Any) -> Call:
        try:
            return original(reader, request, path, caller)
        except Problem as problem:
            if reader.operation.name == "orders.create" and last:
                body = {**last[0].body, "userId": caller.subject}
                problem.aftermath = partial(_store, dataclasses.replace(last[0], body=body, caller=caller))
            raise

    broken.rule("orders.create", wrap)
    broken.patch.setattr(Reader, "read", read)


GROUP.add_all((
    ("phone_wanted", "A phone number is asked for, though the document lets it out: half of the customers cannot register.",
     ("users.create", "/phone", lambda call: "phone" not in call.body)),
    ("long_password_refused", "A password beyond 72 characters is refused, as bcrypt has it: password managers fail.",
     ("users.create", "/password", lambda call: len(call.body["password"]) > 72)),
    ("quantity_at_most_100", "More than a hundred of one product are refused, though the document allows a million.",
     ("orders.create", "/items", lambda call: any(i["quantity"] > 100 for i in call.body["items"]))),
    ("limit_at_most_50", "A page of a hundred is refused, though the document allows it.",
     ("orders.list_for_user", "/query/limit", lambda call: call.query["limit"] > 50)),
    ("free_items_refused", "A product that costs nothing is refused, though the document allows it.",
     ("orders.create", "/items", lambda call: any(i["price"] == 0 for i in call.body["items"]))),
    ("names_in_ascii_only", "Only ASCII is a name: Zoë cannot register.",
     ("users.create", "/first_name", lambda call: not call.body["first_name"].isascii())),
), LAWS, lambda broken, each: broken.refuses(*each))  # fmt: skip
