"""What the transports that come with extras do of their own, beyond the suite of all transports."""

import importlib
import os
import subprocess
import sys

import pytest
import trio

from commerce_sdk import transports
from commerce_sdk._errors import InvalidRequestError
from commerce_sdk.transports.aiohttp import AiohttpTransport
from commerce_sdk.transports.pyreqwest import AsyncPyreqwestTransport, PyreqwestTransport
from sdk.carriers import CARRIERS, get, post
from sdk.wire import Says, answer, serving


@pytest.mark.parametrize(("module", "extra"), [("aiohttp", "aiohttp"), ("pyreqwest", "fast")])
def test_without_the_library_it_says_what_to_install(module: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.delitem(sys.modules, f"commerce_sdk.transports.{module}")
    with pytest.raises(ImportError, match=rf"pip install commerce-sdk\[{extra}\]"):
        importlib.import_module(f"commerce_sdk.transports.{module}")


@pytest.mark.parametrize("name", transports.__all__)
def test_every_transport_has_one_public_place(name: str) -> None:
    assert getattr(transports, name).__name__ == name
    assert name in dir(transports)


def test_a_transport_that_does_not_exist_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'CurlTransport'"):
        transports.CurlTransport  # noqa: B018 - to see it fail


def test_importing_the_package_imports_no_library() -> None:
    code = (
        "import sys, commerce_sdk.transports; print({'httpx', 'httpcore', 'aiohttp', 'pyreqwest'} & set(sys.modules))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)  # noqa: S603 - ours
    assert run.stdout == "set()\n"


@pytest.mark.parametrize("kind", [AiohttpTransport, AsyncPyreqwestTransport])
def test_under_trio_it_says_that_it_cannot(kind: type[AiohttpTransport | AsyncPyreqwestTransport]) -> None:
    transport = kind()
    with pytest.raises(InvalidRequestError, match="works under asyncio only"):
        trio.run(transport.send, get("http://127.0.0.1/"))


def test_after_a_fork_reqwest_is_not_used() -> None:
    transport = PyreqwestTransport()
    transport.after_fork()  # what the child runs first
    with pytest.raises(InvalidRequestError, match=r"os\.fork; make it in the child"):
        transport.send(get("http://127.0.0.1/"))


@pytest.mark.parametrize("kind", ["pyreqwest", "pyreqwest on asyncio"])
@pytest.mark.parametrize("path", ["/api/a/../b", "/api/%2e%2e/b", "/api/."])
def test_reqwest_may_not_change_the_path(kind: str, path: str) -> None:
    with serving() as wire, pytest.raises(InvalidRequestError, match="another path"):
        CARRIERS[kind].one(get(wire.url + path))
    assert not wire.heard


@pytest.mark.parametrize("kind", ["pyreqwest", "pyreqwest on asyncio"])
def test_headers_that_reqwest_cannot_give_are_left_out(kind: str) -> None:
    with serving(answer(b"ok", "X-Odd: caf\xe9", "X-Plain: 1")) as wire:
        answered = CARRIERS[kind].one(get(wire.url + "/"))
    assert (answered.body, answered.headers["x-plain"]) == (b"ok", "1")
    assert "x-odd" not in answered.headers


@pytest.mark.parametrize("kind", ["httpx", "aiohttp"])
def test_headers_beyond_ascii_are_read_as_latin_1(kind: str) -> None:
    with serving(answer(b"ok", "X-Odd: caf\xe9")) as wire:
        assert CARRIERS[kind].one(get(wire.url + "/")).headers["x-odd"] == "caf\xe9"


def test_aiohttp_sends_large_bodies() -> None:
    with serving() as wire:
        CARRIERS["aiohttp"].one(post(wire.url + "/", b"x" * (2**20 + 1)))
    assert len(wire.heard[0].body) == 2**20 + 1
    assert wire.heard[0].headers["content-length"] == str(2**20 + 1)


def test_aiohttp_sends_a_safe_request_once_more_and_no_other() -> None:
    ending = Says(answer().data, hangs_up=True)
    with serving(answer(), Says(hangs_up=True), answer(b"again"), ending) as wire:
        answers = CARRIERS["aiohttp"].send(get(wire.url + "/1"), get(wire.url + "/2"))
    assert [answered.body for answered in answers] == [b"ok", b"again"]
    assert [heard.line.split()[1] for heard in wire.heard] == ["/1", "/2", "/2"]
