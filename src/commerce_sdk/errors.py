"""Every exception that the client raises, and when; the tree is drawn in `commerce_sdk._generated.errors`."""

from commerce_sdk._generated import errors as _errors
from commerce_sdk._generated.errors import *  # noqa: F403 - the generated module lists them all

__all__ = _errors.__all__
