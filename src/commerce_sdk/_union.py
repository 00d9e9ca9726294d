"""Which variant of a union a value is, told by one property of it."""

from collections.abc import Callable, Mapping
from typing import Any

from commerce_sdk._model import Model


class Unknown(Model):
    """A variant that is newer than this client: it keeps whatever the service sent, in `model_extra`."""


def by_tag(wire: str, attribute: str, variants: Mapping[str, str], unknown: str) -> Callable[[Any], str]:
    """A function that names the variant of an object: `variants` by the value of its tag, `unknown` for any other.

    The tag is the property `wire` on the wire, `attribute` in Python; models and mappings are told apart by it alike.
    So an object whose tag is listed is judged as that variant only, and can never pass for the unknown one.
    """

    def pick(value: Any) -> str:
        is_mapping = isinstance(value, Mapping)
        tag = value.get(wire, value.get(attribute)) if is_mapping else getattr(value, attribute, None)
        return variants.get(tag, unknown) if isinstance(tag, str) else unknown

    return pick
