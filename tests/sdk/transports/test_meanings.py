import errno
import os
import socket
import ssl

import pytest

from commerce_sdk.transports._meanings import root_of

REFUSED = ConnectionRefusedError(errno.ECONNREFUSED, "Connect call failed ('127.0.0.1', 3001)")


def caused(failure: BaseException, cause: BaseException) -> BaseException:
    failure.__cause__ = cause
    return failure


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (REFUSED, os.strerror(errno.ECONNREFUSED)),
        (
            caused(RuntimeError("wrapped"), caused(OSError("All attempts failed"), REFUSED)),
            os.strerror(errno.ECONNREFUSED),
        ),
        (
            caused(OSError("all"), ExceptionGroup("several", [REFUSED, OSError("other")])),
            os.strerror(errno.ECONNREFUSED),
        ),
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "Name or service not known"),
        (OSError("some words"), "some words"),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number"), "wrong version number"),
        (RuntimeError(), "no reason was given"),
    ],
)
def test_the_reason_is_what_the_operating_system_said(failure: BaseException, said: str) -> None:
    assert said in root_of(failure)
