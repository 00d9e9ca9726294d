"""Requests that nobody expects and that bring a service down."""

import re
from typing import Any, Final

import orjson

from conformance.mutants.broken import Answered, Broken
from conformance.mutants.mutant import Group

GROUP: Final = Group("robustness")
LAWS: Final = "robustness validation undocumented"
_DEEP: Final = re.compile(rb"[\[{]{40}|(\{\"[a-z]*\":\s*){40}")


def _fails(name: str, fault: str, when: Any, laws: str = LAWS) -> None:
    """A request is answered by the framework's 500 where something is so about it."""

    def change(told: Answered) -> None:
        if when(told):
            told.status, told.json, told.body = 500, {"error": "internal server error"}, b""
            told.headers["content-type"] = "application/json"

    GROUP.add(name, fault, laws, lambda broken: broken.answers(change))


def _json(told: Answered) -> Any:
    try:
        return orjson.loads(told.request.content)
    except orjson.JSONDecodeError:
        return None


def _is_json(told: Answered) -> bool:
    return _json(told) is not None or told.request.content in {b"", b"null"}


def _missing(told: Answered) -> bool:
    body = _json(told)
    return told.operation == "orders.create" and isinstance(body, dict) and "items" not in body


def _longest(value: Any) -> int:
    if isinstance(value, dict):
        return max(map(_longest, value.values()), default=0)
    return len(value) if isinstance(value, str) else 0


_fails("malformed_json_crashes", "JSON that cannot be read is a 500: every cut upload is paged.",
       lambda told: told.operation.endswith((".create", ".refund")) and not _is_json(told))  # fmt: skip
_fails("array_crashes", "A body that is an array is a 500, because its properties are asked for.",
       lambda told: isinstance(_json(told), list))  # fmt: skip
_fails("null_body_crashes", "A body that is `null` is a 500.", lambda told: told.request.content == b"null")
_fails("missing_property_crashes", "A forgotten property is a 500: clients retry, and somebody is paged.", _missing)
_fails("odd_id_crashes", "An id of another form is a 500, because the database cannot read it.",
       lambda told: told.status == 404 and told.operation in {"orders.get", "payments.get"})  # fmt: skip
_fails("null_byte_crashes", "A NUL is a 500, because the database refuses it.",
       lambda told: b"\\u0000" in told.request.content)  # fmt: skip
_fails("broken_escape_crashes", "A broken percent-encoding is a 500.",
       lambda told: told.status == 400 and re.search(rb"%(?![0-9a-fA-F]{2})", told.request.url.raw_path))  # fmt: skip
_fails("bytes_in_path_crash", "A path that is not UTF-8 is a 500.",
       lambda told: re.search(rb"%(?:[89a-fA-F])", told.request.url.raw_path))  # fmt: skip
_fails("deep_json_crashes", "Deeply nested JSON is a 500: one request ends a worker.",
       lambda told: _DEEP.search(told.request.content))  # fmt: skip
_fails("long_text_crashes", "A text of some kilobytes is a 500, because a column is shorter.",
       lambda told: _longest(_json(told)) > 2000)  # fmt: skip
_fails("huge_number_crashes", "A number beyond 64 bits is a 500.",
       lambda told: re.search(rb"[0-9]{20}|[0-9]e[0-9]{3}", told.request.content))  # fmt: skip
_fails("invalid_utf8_crashes", "A body that is not UTF-8 is a 500.",
       lambda told: told.request.content != told.request.content.decode("utf-8", "replace").encode())  # fmt: skip
_fails("long_path_crashes", "A path of a kilobyte is a 500.", lambda told: len(told.request.url.raw_path) > 1000)
_fails("negative_offset_crashes", "A negative offset is a 500 of the database's.",
       lambda told: b"offset=-" in told.request.url.query, "validation robustness")  # fmt: skip
_fails("word_for_a_number_crashes", "A word where the query wants a number is a 500.",
       lambda told: re.search(rb"limit=[a-z]", told.request.url.query), "validation robustness")  # fmt: skip
_fails("repeated_key_crashes", "JSON that repeats a key is a 500.",
       lambda told: told.status == 400 and b"{" in told.request.content and _json(told) is not None)  # fmt: skip
_fails("unknown_media_type_crashes", "A body of another media type is a 500.",
       lambda told: told.status == 415, "codes robustness")  # fmt: skip
_fails("unknown_method_crashes", "A method that a path does not have is a 500.",
       lambda told: told.status == 405, "robustness undocumented")  # fmt: skip


@GROUP.mutant("After an odd request the service is unhealthy until somebody restarts it.", "robustness monitoring")
def never_healthy_again(broken: Broken) -> None:
    hurt: list[bool] = []

    def change(told: Answered) -> None:
        if _DEEP.search(told.request.content) or len(told.request.url.raw_path) > 1000:
            hurt.append(True)
        if told.operation.endswith(".health") and hurt:
            told.status = 503

    broken.answers(change)
