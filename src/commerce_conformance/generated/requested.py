"""What Schemathesis sent and got, as an exchange like every other of the run."""

from time import monotonic, time
from typing import Any, Final

from schemathesis import Case, Response
from schemathesis.core.parameters import ParameterLocation

from commerce_conformance.exchange import Exchange
from commerce_conformance.generated.living import Living
from commerce_conformance.identity import ANONYMOUS, Identity
from commerce_contract import Operation

# What the client says of itself and of the connection, which nobody needs to make the request again.
_OWN: Final = frozenset(
    {"user-agent", "accept-encoding", "accept", "connection", "content-length", "x-schemathesis-testcaseid"}
)


def meant(case: Case[Any], operation: Operation | None) -> Operation | None:
    """The operation that a request is one of: none where its method or its path was made to be another's."""
    if operation is None or case.method.upper() != operation.method:
        return None
    return None if case.meta is not None and case.meta.is_negative_at(ParameterLocation.PATH) else operation


def exchange(case: Case[Any], response: Response, operation: Operation | None, living: Living) -> Exchange:
    """One request that was answered just now."""
    return read(case, response, operation, living, time())


def read(case: Case[Any], response: Response, operation: Operation | None, living: Living, ended: float) -> Exchange:
    """One request that was answered at a time of the wall's clock."""
    request = response.request
    headers = {str(name).lower(): str(value) for name, value in request.headers.items()}
    header = headers.get("authorization")
    body = request.body
    return Exchange(
        operation=meant(case, operation),
        identity=_who(header, living),
        method=str(request.method),
        url=str(request.url),
        request_headers={name: value for name, value in headers.items() if name not in _OWN},
        sent=body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else b"",
        status=response.status_code,
        headers={name.lower(): ", ".join(values) for name, values in response.headers.items()},
        body=response.content or b"",
        started=monotonic() - (time() - ended) - response.elapsed,
        seconds=response.elapsed,
    )


def _who(header: str | None, living: Living) -> Identity:
    if header is None:
        return ANONYMOUS
    return living.caller(header) or Identity("nobody known", header=header)
