"""Callers who may not and are let in, and callers who may and are not."""

import dataclasses
from functools import partial
from typing import Any, Final

import jwt

from commerce_mock.auth import Authenticator, Caller
from commerce_mock.call import Call, Rule
from commerce_mock.problems import Problem
from commerce_mock.transaction import Transaction
from conformance.mutants.broken import Answered, Broken
from conformance.mutants.mutant import Group

GROUP: Final = Group("auth")


def _let_in(broken: Broken, admit: Any) -> None:
    """Let in whom the mock refuses, as whoever `admit` reads from the header."""
    original = Authenticator.authenticate

    def authenticate(self: Authenticator, header: bytes | None, now: int) -> Caller:
        try:
            return original(self, header, now)
        except Problem as problem:
            caller: Caller | None = admit((header or b"").decode("latin-1"), self, problem, now)
            if caller is None:
                raise
            return caller

    broken.patch.setattr(Authenticator, "authenticate", authenticate)


def _said(token: str) -> Caller | None:
    """Whom a token names, whoever signed it."""
    try:
        claims = jwt.decode(token, options={"verify_signature": False, "verify_exp": False, "verify_iat": False})
    except jwt.PyJWTError:
        return None
    return Caller(str(claims["sub"]), str(claims.get("role", "customer")), 2**62)


def _algorithm(token: str) -> str:
    try:
        return str(jwt.get_unverified_header(token).get("alg"))
    except jwt.PyJWTError:
        return ""


def _token(header: str) -> str:
    return header.removeprefix("Bearer ")


def _live(header: str, now: int) -> Caller | None:
    token, caller = _token(header), _said(_token(header))
    ends = jwt.decode(token, options={"verify_signature": False, "verify_exp": False})["exp"] if caller else 0
    return caller if header.startswith("Bearer ") and ends * 1000 > now else None


GROUP.add_all((
    ("signature_not_checked", "Anybody writes themselves a token with the role `admin`.",
     lambda header, _auth, _problem, now: _live(header, now) if _algorithm(_token(header)) == "HS256" else None),
    ("unsigned_token_taken", "A token of the algorithm `none` is taken: anybody is anybody.",
     lambda header, _auth, _problem, now: _live(header, now) if _algorithm(_token(header)) == "none" else None),
    ("expired_token_taken", "A stolen token works for ever.",
     lambda header, _auth, problem, _now: _said(_token(header)) if "expired" in str(problem.detail) else None),
    ("scheme_not_checked", "A token of another scheme is taken, so that a proxy that strips `Bearer` hides nothing.",
     lambda header, auth, _, __: _read(header.removeprefix("Basic "), auth) if header[:5] == "Basic" else None),
    ("bare_token_taken", "A token without its scheme is taken, as no other service takes it.",
     lambda header, auth, _problem, _now: _read(header, auth) if " " not in header else None),
    ("nobody_is_somebody", "Who sends no token is let in as an admin, as on the developer's machine.",
     lambda header, _auth, _problem, _now: None if header else Caller("", "admin", 2**62)),
), "auth", _let_in)  # fmt: skip


def _read(token: str, auth: Authenticator) -> Caller | None:
    try:
        return auth._verify(b"Bearer " + token.encode("latin-1"))  # noqa: SLF001 - as the mock does it
    except Problem:
        return None


for _operation, _fault in (
    ("orders.get", "Whoever knows an order's number reads it without signing in."),
    ("users.update", "Whoever knows a user's id changes them without signing in."),
    ("payments.refund", "Whoever knows a payment's number refunds it without signing in."),
):
    GROUP.add_all([(f"{_operation.replace('.', '_')}_asks_nobody", _fault, _operation)], "auth", Broken.unsecured)

for _operation, _fault in (
    ("users.get", "A customer reads every other one."),
    ("users.update", "A customer changes every other one."),
    ("users.events", "A customer reads the history of every other one."),
    ("orders.get", "A customer who counts numbers up reads all orders."),
    ("orders.cancel", "Anybody who guesses an order's number cancels it."),
    ("orders.set_status", "A customer has the orders of others delivered."),
    ("orders.list_for_user", "A customer lists the orders of others."),
    ("payments.get", "A customer reads the payments of others."),
    ("payments.refund", "A customer refunds the payments of others."),
    ("payments.list_for_user", "A customer lists the payments of others."),
    ("orders.create", "A customer orders in the name of others."),
    ("payments.create", "A customer pays in the name of others."),
):
    GROUP.add_all([(f"{_operation.replace('.', '_')}_of_others", _fault, _operation)], "auth", Broken.as_anybody)


@GROUP.mutant("Who does not sign in is told 403: clients do not ask for a password.", "auth")
def nobody_is_forbidden(broken: Broken) -> None:
    def change(told: Answered) -> None:
        if told.status == 401:
            told.status, told.json["status"], told.json["code"] = 403, 403, "FORBIDDEN"

    broken.answers(change)


@GROUP.mutant("What is another's is said to be missing with 404, though the document says 403.", "auth")
def foreign_is_missing(broken: Broken) -> None:
    def change(told: Answered) -> None:
        if told.status == 403:
            told.status, told.json["status"], told.json["code"] = 404, 404, "ORDER_003"

    broken.answers(change, "orders.get")


@GROUP.mutant("Services are treated as customers: no service can read what a customer owns.", "auth")
def services_are_customers(broken: Broken) -> None:
    def wrap(rule: Rule) -> Rule:
        def acting(tx: Transaction, call: Call) -> Any:
            role = "customer" if call.caller.role == "service" else call.caller.role
            caller = Caller(call.caller.subject, role, call.caller.expires)
            return rule(tx, dataclasses.replace(call, caller=caller))

        return acting

    for operation in ("orders.get", "orders.set_status", "payments.get"):
        broken.rule(operation, wrap)


@GROUP.mutant("Health asks for a token: the platform takes every instance for dead.", "auth monitoring")
def health_asks_for_a_token(broken: Broken) -> None:
    handlers = broken.engine.behaviour.handlers
    handlers["orders.health"] = dataclasses.replace(handlers["orders.health"], secured=True)


@GROUP.mutant("Registration asks for a token, which only who is registered has.", "auth")
def registration_asks_for_a_token(broken: Broken) -> None:
    def change(told: Answered) -> None:
        if "authorization" not in told.request.headers and told.status == 201:
            told.status, told.json = 401, {"code": "UNAUTHORIZED", "status": 401}

    broken.answers(change, "users.create")


@GROUP.mutant("Who is refused has changed the order by then: the check comes after the write.", "auth")
def ownership_checked_too_late(broken: Broken) -> None:
    def wrap(rule: Rule) -> Rule:
        def cancel(tx: Transaction, call: Call) -> Any:
            try:
                return rule(tx, call)
            except Problem as problem:
                if problem.code == "FORBIDDEN":
                    admin = dataclasses.replace(call, caller=Caller("", "admin", 2**62))
                    problem.aftermath = partial(_after, rule, admin)
                raise

        return cancel

    broken.rule("orders.cancel", wrap)


@GROUP.mutant("The token's end is judged with an hour's grace, for clocks that differ.", "auth")
def an_hour_of_grace(broken: Broken) -> None:
    original = Authenticator.authenticate

    def authenticate(self: Authenticator, header: bytes | None, now: int) -> Caller:
        return original(self, header, now - 2 * 3600 * 1000)

    broken.patch.setattr(Authenticator, "authenticate", authenticate)


def _after(rule: Rule, call: Call, tx: Transaction) -> None:
    rule(tx, call)
