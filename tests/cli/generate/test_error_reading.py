"""Problem codes as classes."""

from collections.abc import Callable

from commerce_cli.generate.error_reading import parent
from commerce_cli.generate.package_reading import Reading

ReadText = Callable[[str], Reading]


def test_every_status_has_a_handwritten_class() -> None:
    assert [parent(status) for status in (404, 422, 418, 500, 503, 507)] == [
        "NotFoundError",
        "UnprocessableError",
        "ApiError",
        "InternalServerError",
        "ServiceUnavailableError",
        "ServerError",
    ]


def test_a_code_is_named_for_its_title_and_else_for_itself(read_text: ReadText) -> None:
    def answer(code: str, status: int, example: str) -> str:
        return f"""
        '{status}':
          description: Refused
          content:
            application/problem+json:
              schema: {{type: object, properties: {{code: {{enum: [{code}]}}}}}}
              examples: {example}"""

    answers = (
        answer("A_1", 400, "{A_1: {value: {title: Out of stock, detail: It is gone.}}}"),
        answer("A_2", 404, "{A_2: {value: {title: Out of stock}}}"),
        answer("A_3", 409, "{}"),
        answer("CONFLICT_ERROR", 410, "{CONFLICT_ERROR: {value: {title: Conflict error}}}"),
    )
    reading = read_text(
        "paths:\n  /a:\n    get:\n      operationId: shop.get\n      responses:\n        '204': {description: Done}"
        + "".join(answers)
    )
    assert [(each.name, each.parents, each.code) for each in reading.package.errors] == [
        ("OutOfStock", ("BadRequestError",), "A_1"),
        ("A2", ("NotFoundError",), "A_2"),
        ("A3", ("ConflictError",), "A_3"),
        ("ConflictErrorProblem", ("ApiError",), "CONFLICT_ERROR"),
    ]
