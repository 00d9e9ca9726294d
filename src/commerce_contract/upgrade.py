"""OpenAPI 3.0 schemas said in the words of 3.1, so that nobody downstream knows two dialects."""

from typing import Any


def upgrade(value: Any) -> None:
    """Rewrite, in place, `nullable` and the boolean `exclusiveMinimum` and `exclusiveMaximum` of every schema below."""
    if isinstance(value, list):
        for element in value:
            upgrade(element)
    elif isinstance(value, dict):
        for member in value.values():
            upgrade(member)
        _nullable(value)
        _exclusive(value, "minimum", "exclusiveMinimum")
        _exclusive(value, "maximum", "exclusiveMaximum")


def _nullable(schema: dict[str, Any]) -> None:
    if not isinstance(schema.get("nullable"), bool):
        return
    allowed = schema.pop("nullable")
    if allowed and isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
        if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
            schema["enum"].append(None)


def _exclusive(schema: dict[str, Any], inclusive: str, exclusive: str) -> None:
    if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and inclusive in schema:
        schema[exclusive] = schema.pop(inclusive)


def speaks_3_0(data: Any) -> bool:
    """Whether a document is OpenAPI 3.0, or a part that names no version and so may be of one."""
    return isinstance(data, dict) and "asyncapi" not in data and str(data.get("openapi", "3.0")).startswith("3.0")
