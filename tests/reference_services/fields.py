"""The types that the services' models share, as strict as the contract: pydantic would take "1" and true for 1."""

from decimal import Decimal
from typing import Annotated, Any, Final

from fastapi import Query
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints
from pydantic_core import PydanticCustomError

LARGEST: Final = Decimal("999999999999.99")
UNSET: Final[Any] = None
"""The default of what may be left out but not sent as null; `model_fields_set` says what was given."""


def _money(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise PydanticCustomError("money", "is not a number")
    amount = Decimal(value)
    if not 0 <= amount <= LARGEST:
        raise PydanticCustomError("money", "is not between 0 and the largest amount")
    if amount != (rounded := abs(amount).quantize(Decimal("0.01"))):  # abs, because JSON has a minus zero
        raise PydanticCustomError("money", "has more than two decimals")
    return rounded


def _positive(value: Decimal) -> Decimal:
    if not value:
        raise PydanticCustomError("money", "must be more than nothing")
    return value


def _integer(value: Any) -> Any:
    """1.0 is an integer as JSON Schema has it; true is none."""
    if isinstance(value, bool):
        raise PydanticCustomError("integer", "is not an integer")
    whole = isinstance(value, Decimal) and abs(value) <= LARGEST and not value % 1
    return int(value) if whole else value


def _digits(value: Any) -> Any:
    """A number of the query; pydantic would take ` 1`, `1.0` and `1_0` too."""
    text = str(value)
    if not (text.removeprefix("-").isdecimal() and text.isascii()):
        raise PydanticCustomError("integer", "is not an integer")
    return value


def _without_null(value: str) -> str:
    if "\0" in value:
        raise PydanticCustomError("text", "contains a null character")
    return value


# A double holds every cent of an amount exactly, and its shortest form is the decimal that it came from.
Money = Annotated[Decimal, BeforeValidator(_money), PlainSerializer(float, return_type=float)]
PositiveMoney = Annotated[Money, AfterValidator(_positive)]
Quantity = Annotated[int, BeforeValidator(_integer), Field(strict=True, ge=1, le=1_000_000)]
Text = Annotated[str, AfterValidator(_without_null)]
Name = Annotated[Text, Field(min_length=1, max_length=100)]
Id = Annotated[Text, Field(min_length=1, max_length=64)]
UserId = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"),
    AfterValidator(str.lower),
]
Limit = Annotated[int, BeforeValidator(_digits), Query(ge=1, le=100)]
Offset = Annotated[int, BeforeValidator(_digits), Query(ge=0, le=2_147_483_647)]


class Body(BaseModel):
    """A request's body. Unknown properties are let pass."""

    model_config = ConfigDict(frozen=True)


class Answer(BaseModel):
    """A response's body; what is None is left out."""
