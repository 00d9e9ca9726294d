"""The door to the mock's own controls, where other machines reach it: only who has the admin token comes in."""

from hmac import compare_digest
from typing import Final

from commerce_mock.auth import unauthorized
from commerce_mock.controls import PREFIX
from commerce_mock.wire import Request

HEADER: Final = b"x-mock-admin-token"
HEALTH: Final = f"{PREFIX}/health"  # what probes ask stays open, as it is on every service
_MISSING: Final = (
    "The controls want the admin token that the mock printed when it started: "
    "send it as `X-Mock-Admin-Token`, or as `Authorization: Bearer <token>`."
)


class Guard:
    """Asks for one token; lives as long as the mock."""

    def __init__(self, token: str) -> None:
        self._token = token.encode()

    def check(self, request: Request) -> None:
        """Let a request pass. Raises Problem UNAUTHORIZED for one to the controls that does not bring the token."""
        if not request.path.startswith(PREFIX) or request.path == HEALTH:
            return
        given = request.headers.get(HEADER)
        if given is None:
            scheme, _, bearer = request.headers.get(b"authorization", b"").partition(b" ")
            if scheme.lower() != b"bearer" or not bearer:
                raise unauthorized(_MISSING, b"Bearer")
            given = bearer
        if not compare_digest(given, self._token):
            raise unauthorized("The admin token is another one: the mock printed it when it started.")
