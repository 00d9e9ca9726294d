"""Statuses and codes that are not those of the document."""

from typing import Any, Final

from commerce_mock.call import Answer, Call, Rule
from commerce_mock.problems import Problem
from commerce_mock.reading import Reader
from commerce_mock.routing import Routes
from commerce_mock.services import payments
from commerce_mock.transaction import Transaction
from conformance.mutants.broken import Answered, Broken
from conformance.mutants.mutant import Group

GROUP: Final = Group("statuses and codes")


def _status(operation: str, status: int, other: int) -> Any:
    def change(told: Answered) -> None:
        told.status = other if told.status == status else told.status

    return lambda broken: broken.answers(change, operation)


GROUP.add(
    "order_created_with_200", "A creation answers 200: a client that tells new from known by 201 never sees a new one.",
    "storage", _status("orders.create", 201, 200),
)  # fmt: skip
GROUP.add(
    "user_created_with_202", "A registration answers 202, so that clients poll for what is there already.",
    "uniqueness", _status("users.create", 201, 202),
)  # fmt: skip
GROUP.add(
    "refund_answers_201", "A refund answers 201, as if there were a new resource to read.",
    "lifecycle money documented", _status("payments.refund", 200, 201),
)  # fmt: skip
GROUP.add(
    "order_missing_is_403", "An order that is not there answers 403: a client asks its user to sign in again.",
    "codes documented", _status("orders.get", 404, 403),
)  # fmt: skip
GROUP.add(
    "validation_answers_400", "What breaks the schema answers 400: a client does not look for `errors`.",
    "validation", _status("orders.create", 422, 400),
)  # fmt: skip
GROUP.add(
    "conflict_answers_400", "A cancel that comes too late answers 400: a client takes itself for broken.",
    "lifecycle", _status("orders.cancel", 409, 400),
)  # fmt: skip


@GROUP.mutant("An update answers 204 without the user, so that the client's form shows what it had before.", "storage")
def update_answers_no_content(broken: Broken) -> None:
    def change(told: Answered) -> None:
        if told.status == 200:
            told.status, told.body, told.json = 204, b"", None
            told.headers.pop("content-type", None)

    broken.answers(change, "users.update")


@GROUP.mutant("An unknown user is answered as 200 `null`: the client fails where it reads a name.", "codes documented")
def missing_user_is_null(broken: Broken) -> None:
    def wrap(rule: Rule) -> Rule:
        def get(tx: Transaction, call: Call) -> Any:
            try:
                return rule(tx, call)
            except Problem as problem:
                if problem.code != "USER_004":
                    raise
                return Answer(b"null", 200)

        return get

    broken.rule("users.get", wrap)


@GROUP.mutant("An unknown path answers 500: every typo of a client is paged.", "undocumented robustness")
def unknown_path_fails(broken: Broken) -> None:
    def change(told: Answered) -> None:
        if not told.operation and told.status == 404:
            told.status, told.json["status"], told.json["code"] = 500, 500, "INTERNAL_ERROR"

    broken.answers(change)


@GROUP.mutant(
    "A method that a path does not have answers 404, so that a client takes the path for gone.", "undocumented"
)
def wrong_method_is_404(broken: Broken) -> None:
    def change(told: Answered) -> None:
        if told.status == 405:
            told.status, told.json["status"], told.json["code"] = 404, 404, "NOT_FOUND"
            told.headers.pop("allow", None)

    broken.answers(change)


@GROUP.mutant(
    "A method that a path does not have is served as GET: a client's DELETE seems to work.", "headers undocumented"
)
def any_method_reads(broken: Broken) -> None:
    original = Routes._choose  # noqa: SLF001 - what a mutant is about

    def choose(methods: dict[str, Any], method: str) -> Any:
        return methods["GET"] if method not in methods and "GET" in methods else original(methods, method)

    broken.patch.setattr(Routes, "_choose", staticmethod(choose))


@GROUP.mutant("A body of any media type is taken for JSON: a form posted by another site orders.", "codes undocumented")
def media_type_not_checked(broken: Broken) -> None:
    broken.patch.setattr(Reader, "_check_media_type", lambda *_: None)


@GROUP.mutant("JSON that cannot be read answers 422: a client looks for the field that is wrong.", "codes undocumented")
def malformed_json_is_422(broken: Broken) -> None:
    def change(told: Answered) -> None:
        if told.status == 400 and told.code == "BAD_REQUEST":
            told.status, told.json["status"], told.json["code"] = 422, 422, "VALIDATION_ERROR"
            told.json["errors"] = [{"pointer": "", "message": "is no JSON"}]

    broken.answers(change, "orders.create")


def _recoded(  # noqa: PLR0913, PLR0917 - a row of a table
    name: str, operation: str, code: str, other: str, fault: str, laws: str
) -> None:
    GROUP.add(name, fault, laws, lambda broken: broken.recoded(operation, code, other))


_recoded("missing_order_says_not_found", "orders.get", "ORDER_003", "NOT_FOUND",
         "A missing order has the general code: a client that handles ORDER_003 does not.",
         "codes problems")  # fmt: skip
_recoded("missing_user_says_not_found", "users.get", "USER_004", "NOT_FOUND",
         "A missing user has the general code: a client that handles USER_004 does not.", "codes problems")  # fmt: skip
_recoded("too_late_says_conflict", "orders.cancel", "ORDER_004", "CONFLICT",
         "A cancel that comes too late has the general code: a client tries it again.", "lifecycle")  # fmt: skip
_recoded("paid_order_says_too_late", "payments.create", "PAY_003", "ORDER_004",
         "A second payment has the code of an order that is past that: a client says so to who has paid.",
         "races codes")  # fmt: skip
_recoded("cancelled_order_says_paid", "payments.create", "ORDER_004", "PAY_003",
         "A cancelled order cannot be paid with the code of a paid one: a client thanks for the payment.",
         "codes lifecycle")  # fmt: skip
_recoded("unknown_orderer_is_a_validation_error", "orders.create", "ORDER_001", "VALIDATION_ERROR",
         "An order for nobody has the general code: a client does not ask to register first.",
         "validation codes")  # fmt: skip
_recoded("empty_order_is_a_validation_error", "orders.create", "ORDER_002", "VALIDATION_ERROR",
         "An order of nothing has the general code: a client shows a form's error instead of an empty basket.",
         "validation")  # fmt: skip
_recoded("unknown_order_is_a_validation_error", "payments.create", "ORDER_003", "VALIDATION_ERROR",
         "A payment of no order has the general code: a client asks for another card.", "codes")  # fmt: skip
_recoded("bad_card_is_a_validation_error", "payments.create", "PAY_001", "VALIDATION_ERROR",
         "A wrong card has the general code: a client does not ask for another card.", "validation")  # fmt: skip
_recoded("taken_email_says_username", "users.create", "USER_001", "USER_002",
         "A taken address has the code of a taken name: the form marks the wrong field.", "uniqueness")  # fmt: skip
_recoded("taken_username_says_email", "users.create", "USER_002", "USER_001",
         "A taken name has the code of a taken address: the form marks the wrong field.", "uniqueness")  # fmt: skip
_recoded("wrong_token_says_bad_request", "users.verify", "USER_003", "BAD_REQUEST",
         "A wrong verification token has the general code: no new mail is offered.", "verification")  # fmt: skip
_recoded("refund_beyond_says_conflict", "payments.refund", "PAY_004", "CONFLICT",
         "A refund of too much has the code of a running key: a client sends it again and again.", "money")  # fmt: skip


@GROUP.mutant("Nobody looks whether the order exists that is paid: the payment fails with a 500.", "codes robustness")
def paid_order_not_looked_up(broken: Broken) -> None:
    original = payments._check_order  # noqa: SLF001 - what a mutant is about

    def check(tx: Transaction, calls: Any, body: dict[str, Any]) -> None:
        if tx.get("orders", body["orderId"]) is None:
            raise KeyError(body["orderId"])
        original(tx, calls, body)

    broken.patch.setattr(payments, "_check_order", check)


@GROUP.mutant("Nobody looks whether the user exists who orders: parcels go to nobody.", "codes validation events")
def orderer_not_looked_up(broken: Broken) -> None:
    def wrap(rule: Rule) -> Rule:
        def create(tx: Transaction, call: Call) -> Any:
            found = type(tx).get
            with broken.patch.context() as patch:
                anybody = next(tx.newest("users"), None)
                patch.setattr(type(tx), "get", lambda t, c, k: found(t, c, k) or (anybody if c == "users" else None))
                return rule(tx, call)

        return create

    broken.rule("orders.create", wrap)
