"""Generated models, imported and built when a call first needs them: what is validated on its way out and in."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError


@cache
def validator(package: str, reference: str) -> Callable[..., Any]:
    """What makes a value of the model that `module:Name` below the package's models names; kept for good.

    It raises pydantic's `ValidationError`. With `by_alias=True, by_name=False` it takes the wire's names only: those of
    Python may be what a later contract calls something else.
    """
    module, _, name = reference.partition(":")
    model = getattr(import_module(f"{package}.models.{module}"), name)
    if isinstance(model, type) and issubclass(model, BaseModel):
        model.model_rebuild()
        return model.__pydantic_validator__.validate_python
    return TypeAdapter[Any](model, config=ConfigDict(hide_input_in_errors=True)).validate_python


def faults(error: ValidationError) -> str:
    """Where a value breaks its model and why, without the value: it may be secret."""
    places = (
        f"{'.'.join(str(part) for part in fault['loc']) or 'the value'}: {fault['msg']}"
        for fault in error.errors(include_url=False, include_context=False, include_input=False)
    )
    return "; ".join(places)
