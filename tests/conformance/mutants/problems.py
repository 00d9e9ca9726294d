"""Refusals that are not shaped as problems are."""

from typing import Any, Final

from commerce_contract import MISSING
from conformance.mutants.broken import Answered, Broken
from conformance.mutants.mutant import Group

GROUP: Final = Group("problems")
LAWS: Final = "auth lifecycle problems"


def _refusals(change: Any) -> Any:
    def only(told: Answered) -> None:
        if told.status >= 400 and isinstance(told.json, dict):
            change(told)

    return lambda broken: broken.answers(only)


def _text(told: Answered, text: str, media_type: str) -> None:
    told.json, told.body = MISSING, text.encode()
    told.headers["content-type"] = media_type


for name, fault, change in (
    ("problem_as_plain_json", "Problems come as `application/json`: a client takes one for a result.",
     lambda told: told.headers.update({"content-type": "application/json"})),
    ("problem_as_html", "Problems are pages of HTML: a client shows `<html>` to its user.",
     lambda told: _text(told, "<html><h1>Error</h1></html>", "text/html")),
    ("problem_is_a_string", "A problem is a bare string: a client that asks for `code` fails.",
     lambda told: setattr(told, "json", "error")),
    ("problem_is_empty", "A problem has no body: a client can only guess.",
     lambda told: _text(told, "", "application/problem+json")),
    ("problem_in_an_envelope", "Problems stand in an envelope of the framework's: no client looks there.",
     lambda told: setattr(told, "json", {"error": told.json})),
    ("problem_without_code", "Problems have no code: a client cannot tell them apart.",
     lambda told: told.json.pop("code", None)),
    ("problem_without_detail", "Problems have no detail: nobody can tell a customer what happened.",
     lambda told: told.json.pop("detail", None)),
    ("problem_without_type", "Problems have no type: who goes by RFC 9457 knows nothing.",
     lambda told: told.json.pop("type", None)),
    ("problem_without_instance", "Problems have no instance: nobody knows what they are about.",
     lambda told: told.json.pop("instance", None)),
    ("problem_types_all_blank", "All problems have the type about:blank.",
     lambda told: told.json.update(type="about:blank")),
    ("problem_status_as_text", "The status in a problem is text: a client compares it with a number.",
     lambda told: told.json.update(status=str(told.status))),
    ("problem_status_differs", "The status in a problem is always 400.", lambda told: told.json.update(status=400)),
    ("problem_of_another_path", "The instance of a problem is always the service's root.",
     lambda told: told.json.update(instance="/")),
    ("problem_with_a_host", "The instance of a problem names a host within: clients cannot reach it.",
     lambda told: told.json.update(instance=f"http://10.0.0.7{told.json.get('instance')}")),
    ("codes_in_lower_case", "Codes are in lower case: no client's comparison holds.",
     lambda told: told.json.update(code=str(told.json.get("code")).lower())),
):  # fmt: skip
    GROUP.add(name, fault, LAWS, _refusals(change))


def _errors(change: Any) -> Any:
    def only(told: Answered) -> None:
        if told.status == 422 and "errors" in told.json:
            change(told)

    return lambda broken: broken.answers(only)


for name, fault, change in (
    ("validation_without_errors", "What breaks the schema lists no errors: a form marks no field.",
     lambda told: told.json.pop("errors")),
    ("errors_are_texts", "Errors are bare texts: a client that asks for their pointer fails.",
     lambda told: told.json.update(errors=[error["message"] for error in told.json["errors"]])),
    ("errors_by_field", "Errors are an object by field, as another framework has them.",
     lambda told: told.json.update(errors={error["pointer"]: error["message"] for error in told.json["errors"]})),
    ("errors_without_message", "Errors say where and not what.",
     lambda told: told.json.update(errors=[{"pointer": error["pointer"]} for error in told.json["errors"]])),
    ("pointer_of_another_field", "All errors point at the same field: the form marks the wrong one.",
     lambda told: [error.update(pointer="/userId") for error in told.json["errors"]]),
):  # fmt: skip
    GROUP.add(name, fault, "validation problems", _errors(change))


@GROUP.mutant("Who is not signed in gets the gateway's own JSON, not a problem.", "auth problems")
def unauthorized_is_no_problem(broken: Broken) -> None:
    def change(told: Answered) -> None:
        if told.status == 401:
            told.json = {"message": "Unauthorized"}
            told.headers["content-type"] = "application/json"

    broken.answers(change)


@GROUP.mutant("An unknown path gets the framework's own page.", "undocumented")
def not_found_is_a_page(broken: Broken) -> None:
    def change(told: Answered) -> None:
        if told.status == 404 and not told.operation:
            _text(told, "404 page not found", "text/plain")

    broken.answers(change)
