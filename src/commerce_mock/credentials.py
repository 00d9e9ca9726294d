"""What a recording keeps of an `Authorization` header: whom it names, and no token. A replay signs one anew."""

import math
from collections.abc import Mapping
from typing import Any, Final

import jwt

from commerce_mock.auth import read_claims
from commerce_mock.keys import SigningKey

READ: Final = ("sub", "role", "exp")  # the claims that the mock looks at
_NOBODY: Final = {"sub": "nobody", "exp": 0}
_OTHER: Final = "HS384"  # an algorithm that no mock signs with


def told(header: bytes, key: SigningKey) -> dict[str, Any]:
    """What is to be known of a header to make one that is answered the same: its claims, or what is wrong with it."""
    scheme, _, token = header.partition(b" ")
    if scheme.lower() != b"bearer" or not token:
        return {"wrong": "form"}
    try:
        claims = read_claims(token, key)
    except jwt.InvalidSignatureError:
        return {"wrong": "signature"}
    except jwt.InvalidAlgorithmError:
        return {"wrong": "algorithm"}
    except jwt.PyJWTError:
        return {"wrong": "token"}
    return {"claims": {name: _plain(claims[name]) for name in READ if name in claims}}


def made(document: Mapping[str, Any], key: SigningKey) -> bytes:
    """A header that is answered as the recorded one was."""
    match document.get("wrong"):
        case "form":
            return b"Basic"
        case "token":
            return b"Bearer token"
        case "algorithm":
            return b"Bearer " + jwt.encode(_NOBODY, "x" * 48, _OTHER).encode()
        case "signature":
            signed, _, signature = key.sign(_NOBODY).rpartition(".")
            return f"Bearer {signed}.{'A' * len(signature)}".encode()
    return b"Bearer " + key.sign(document["claims"]).encode()


def _plain(value: Any) -> Any:
    """A claim as JSON has it; a number that is none there is refused as any text is."""
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
