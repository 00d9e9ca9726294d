"""Mutations of what operations refuse with: problem codes and statuses that are new."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any, Final

from commerce_mock.call import Call, Result, Rule
from commerce_mock.problems import Problem
from commerce_mock.transaction import Transaction
from commerce_sdk import ApiError, errors
from sdk.compatibility.documents import PROBLEM, Documents
from sdk.compatibility.mutation import Mutation, Wrapper
from sdk.compatibility.record import Run
from sdk.compatibility.scenario import Day

CODES: Final = ("ORDER_900", "NEW_CODE", "new-code", "X", "QUOTA.EXCEEDED")
STATUSES: Final = (402, 406, 408, 410, 412, 413, 423, 424, 429, 451, 501, 502, 504, 507, 599)
_PROVOKING: Final = "X-Provoke"


def new_code(random: Random, documents: Documents) -> Mutation:
    """A code more under a status that the operation has."""
    name, responses = _operation(random, documents)
    own = [status for status, response in responses.items() if PROBLEM in response.get("content", {})]
    if not own:
        return new_status(random, documents)
    status, code = random.choice(own), random.choice(CODES)
    _declare(responses[status], code, int(status))
    return _mutation(f"{name} refuses with {code} ({status})", documents, [name], code, int(status))


def new_status(random: Random, documents: Documents) -> Mutation:
    """A code under a status that the operation did not have."""
    name, responses = _operation(random, documents)
    status, code = random.choice(STATUSES), random.choice(CODES)
    schema = {"allOf": [{"$ref": "common.yaml#/components/schemas/Problem"}, _narrow(status)]}
    responses[str(status)] = {
        "description": "New.",
        "headers": {"X-Request-Id": {"$ref": "common.yaml#/components/headers/X-Request-Id"}},
        "content": {PROBLEM: {"schema": schema, "examples": {}}},
    }
    _declare(responses[str(status)], code, status)
    return _mutation(f"{name} refuses with the new status {status}", documents, [name], code, status)


def new_shared_code(random: Random, documents: Documents) -> Mutation:
    """A code more in a response that several operations share."""
    users: dict[str, list[tuple[str, str]]] = {}
    for file, operation in documents.operations():
        for status, response in operation["responses"].items():
            if PROBLEM in documents.follow(file, response)[2].get("content", {}) and "$ref" in response:
                home, pointer, _ = documents.follow(file, response)
                users.setdefault(f"{home}#{pointer}", []).append((operation["operationId"], status))
    place = random.choice(list(users))
    code = random.choice(CODES)
    names, number = [name for name, _ in users[place]], int(users[place][0][1])
    _declare(documents.at((place.partition("#")[0], place.partition("#")[2])), code, number)
    some = random.sample(names, min(len(names), 3))
    return _mutation(f"{place.rpartition('/')[2]} may say {code}", documents, some, code, number)


def _operation(random: Random, documents: Documents) -> tuple[str, dict[str, Any]]:
    _, operation = random.choice(list(documents.operations()))
    return operation["operationId"], operation["responses"]


def _narrow(status: int) -> dict[str, Any]:
    codes: list[str] = []
    properties = {"status": {"type": "integer", "enum": [status]}, "code": {"type": "string", "enum": codes}}
    return {"type": "object", "properties": properties}


def _declare(response: dict[str, Any], code: str, status: int) -> None:
    """Add a code to a response, in its enum and as an example."""
    media = response["content"][PROBLEM]
    media["schema"]["allOf"][-1]["properties"]["code"]["enum"].append(code)
    value = {
        "type": "https://commerce.example/problems/new",
        "title": "Something new",
        "status": status,
        "detail": "This was never refused before.",
        "instance": "/api",
        "code": code,
    }
    if status == 422:
        value["errors"] = [{"pointer": "/new", "message": "is new"}]
    media["examples"][code] = {"summary": "New", "value": value}


def _mutation(what: str, documents: Documents, names: list[str], code: str, status: int) -> Mutation:
    def provoke(day: Day) -> None:
        for name in names:
            day.again(name, headers={_PROVOKING: code})

    rules: dict[str, Wrapper] = dict.fromkeys(names, _refusing(code))
    return Mutation(what, documents, _told_as(names, code, status), rules, provoke)


def _refusing(code: str) -> Wrapper:
    """A rule that refuses with the code those who ask for it."""

    def wrap(rule: Rule) -> Rule:
        def refuses(tx: Transaction, call: Call) -> Result:
            if _PROVOKING.lower().encode() in call.request.headers:
                raise Problem(code, errors=(("/new", "is new"),))
            return rule(tx, call)

        return refuses

    return wrap


def _told_as(names: list[str], code: str, status: int) -> Callable[[Run], Iterator[str]]:
    """Each operation raised the class of the status, with the new code and all that was told."""

    def complaints(run: Run) -> Iterator[str]:
        found = [error for error in run.failures if isinstance(error, ApiError) and error.code == code]
        if [error.operation for error in found] != names:
            yield f"{code} was raised by {[error.operation for error in found]}, not by {names}"
        for error in found:
            if type(error) is not class_of(status) or error.status != status:
                yield f"{code} with {status} was raised as {type(error).__name__} with {error.status}"
            if (
                error.raw["code"] != code
                or error.title != "Something new"
                or not error.errors
                or code not in str(error)
            ):
                yield f"{error} keeps {error.raw}"

    return complaints


def class_of(status: int) -> type[ApiError]:
    """The exception that is documented for a status: each class names its own in the first word of its docstring."""
    documented = [
        found
        for name in errors.__all__
        if isinstance(found := getattr(errors, name), type)
        and issubclass(found, ApiError)
        and found.__module__ == "commerce_sdk._errors"
    ]
    for word in (f"{status}:", f"{status // 100}xx:"):
        for found in documented:
            if (found.__doc__ or "").startswith(word):
                return found
    return ApiError
