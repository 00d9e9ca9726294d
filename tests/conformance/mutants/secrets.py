"""Passwords, cards and tokens where nobody should see them."""

from typing import Any, Final

import orjson

from conformance.mutants.broken import Answered, Broken
from conformance.mutants.events import changed
from conformance.mutants.mutant import Group

GROUP: Final = Group("secrets")
LAW: Final = "secrets"


def _sent(told: Answered) -> Any:
    """What the request had in its body."""
    try:
        sent = orjson.loads(told.request.content)
    except orjson.JSONDecodeError:
        return {}
    return sent if isinstance(sent, dict) else {}


def _card(told: Answered) -> dict[str, Any]:
    method = _sent(told).get("paymentMethod")
    return method if isinstance(method, dict) else {}


def _shows(name: str, operation: str, fault: str, change: Any, laws: str = LAW) -> None:
    GROUP.add(name, fault, laws, lambda broken: broken.answers(change, operation))


def _put(told: Answered, name: str, value: Any) -> None:
    if isinstance(told.json, dict) and value:
        told.json[name] = value


_shows("password_in_answer", "users.create", "The password comes back, and stands in every log on the way.",
       lambda told: _put(told, "password", _sent(told).get("password")))  # fmt: skip
_shows("password_in_header", "users.create", "A debugging header shows the password.",
       lambda told: told.headers.update({"x-debug": f"password={_sent(told).get('password')}"}))  # fmt: skip
_shows("password_in_problem", "users.create", "A refused registration shows its password in `detail`.",
       lambda told: _put(told, "detail", f"{_sent(told)}") if told.status >= 400 else None)  # fmt: skip
_shows("card_in_answer", "payments.create", "The card's number comes back with the payment.",
       lambda told: _put(told, "cardNumber", _card(told).get("cardNumber")))  # fmt: skip
_shows("cvv_in_answer", "payments.create", "The card's verification value comes back, which nobody may even store.",
       lambda told: _put(told, "cvv", _card(told).get("cvv")))  # fmt: skip
_shows("card_in_problem", "payments.create", "A refused payment shows the number of the card.",
       lambda told: _put(told, "detail", f"{_card(told).get('cardNumber')} was refused.")
       if told.status >= 400 else None)  # fmt: skip
_shows("card_in_first_six", "payments.create", "The first twelve digits are shown beside the last four.",
       lambda told: told.json.get("paymentMethod", {}).update(bin=str(_card(told).get("cardNumber", ""))[:12])
       if told.status == 201 else None, "undocumented secrets")  # fmt: skip


@GROUP.mutant("The value that was refused is shown in its error, also where it is a password.", LAW)
def refused_value_shown(broken: Broken) -> None:
    def change(told: Answered) -> None:
        for error in told.json.get("errors", ()) if isinstance(told.json, dict) else ():
            value: Any = _sent(told)
            for token in error["pointer"].split("/")[1:]:
                value = value.get(token) if isinstance(value, dict) else None
            if isinstance(value, str):
                error["message"] += f": {value}"

    broken.answers(change)


@GROUP.mutant("The token of the caller is shown in a problem about it.", LAW)
def token_in_problem(broken: Broken) -> None:
    def change(told: Answered) -> None:
        if told.status in {401, 403}:
            told.json["detail"] = f"Refused: {told.request.headers.get('authorization')}"

    broken.answers(change)


@GROUP.mutant("The caller's token comes back in a header.", LAW)
def token_in_header(broken: Broken) -> None:
    def change(told: Answered) -> None:
        if "authorization" in told.request.headers:
            told.headers["x-authorization"] = told.request.headers["authorization"]

    broken.answers(change)


@GROUP.mutant("A user's password is kept and shown whenever the user is read.", LAW)
def password_in_read(broken: Broken) -> None:
    known: dict[str, str] = {}

    def change(told: Answered) -> None:
        if told.operation == "users.create" and told.status == 201:
            known[told.json["id"]] = _sent(told)["password"]
        elif told.status == 200 and told.json.get("id") in known:
            told.json["password"] = known[told.json["id"]]

    broken.answers(change, "users.create", "users.get")


@GROUP.mutant("The list of payments shows whole card numbers.", LAW)
def cards_in_list(broken: Broken) -> None:
    known: dict[str, str] = {}

    def change(told: Answered) -> None:
        if told.operation == "payments.create" and told.status == 201:
            known[told.json["id"]] = _card(told).get("cardNumber", "")
        elif told.operation == "payments.list_for_user" and told.status == 200:
            for payment in told.json["payments"]:
                payment["cardNumber"] = known.get(payment["id"])

    broken.answers(change, "payments.create", "payments.list_for_user")


@GROUP.mutant("Metrics count by address, which shows every customer's to who watches.", "monitoring secrets")
def passwords_in_metrics(broken: Broken) -> None:
    seen: list[str] = []

    def change(told: Answered) -> None:
        if told.operation == "users.create":
            seen.append(str(_sent(told).get("password")))
        else:
            lines = "".join(f'logins_total{{password="{word}"}} 1\n' for word in dict.fromkeys(seen[-50:]))
            told.body += f"# TYPE logins_total counter\n{lines}".encode()

    broken.answers(change, "users.create", "users.metrics")


@GROUP.mutant("The event of a registration has the password: every consumer's log shows it.", "events secrets")
def password_in_event(broken: Broken) -> None:
    _remembering(broken, "users.create", "user_created", "password", lambda body: body["password"])


@GROUP.mutant("The event of a payment has the card's number: the broker's disk holds it.", "events secrets")
def card_in_event(broken: Broken) -> None:
    _remembering(broken, "payments.create", "payment_completed", "card",
                 lambda body: body["paymentMethod"].get("cardNumber", ""))  # fmt: skip


def _remembering(broken: Broken, operation: str, event: str, name: str, read: Any) -> None:
    secret: list[str] = []
    broken.before(operation, lambda _, call: secret.append(read(call.body)))
    known: dict[str, str] = {}

    def change(payload: dict[str, Any], key: str) -> None:
        payload["data"][name] = known.setdefault(key, secret[-1])

    def remember(rule: Any) -> Any:
        def create(tx: Any, call: Any) -> Any:
            made = rule(tx, call)
            known[made.key] = read(call.body)
            return made

        return create

    broken.rule(operation, remember)
    changed(broken, event, change)
