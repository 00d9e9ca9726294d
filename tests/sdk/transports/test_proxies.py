import base64
from collections.abc import Mapping

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commerce_sdk._errors import ConnectionFailedError, InvalidRequestError
from commerce_sdk.transports._proxies import Proxies
from sdk.carriers import CARRIERS, Carrier, every_transport, get
from sdk.certificates import Authority, authority
from sdk.wire import HANGS_UP, TUNNEL, answer, nobody, serving

NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUEST_METHOD")
PROXIES = ("", "http://proxy.test:3128", "proxy.test:3128", "http://other.test", "https://secure.test:8443")
EXCEPTED = (
    *("*", "localhost", "example.com", ".example.com", "*.example.com", "127.0.0.1", "10.0.0.0/8", "::1", "[::1]"),
    *("example.com:8080", "https://example.com", "http://", "all://api.example.com:443", "EXAMPLE.com", ""),
)
URLS = (
    *("http://example.com", "https://example.com", "http://www.example.com:8080", "http://notexample.com"),
    *("http://127.0.0.1:3001", "http://localhost", "http://[::1]:8080", "https://api.example.com", "http://10.1.2.3"),
)


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("authority"))


def chosen_by_httpx(url: str) -> str | None:
    """Where `httpx.Client` would send a request; there is no public way to ask it."""
    with httpx.Client(trust_env=True, verify=False) as client:  # noqa: S501 - sends nothing, and is made 300 times
        transport = client._transport_for_url(httpx.URL(url))  # noqa: SLF001 - see above
        if transport is client._transport:  # noqa: SLF001 - see above
            return None
        proxy = transport._pool._proxy_url  # type: ignore[attr-defined] # noqa: SLF001 - see above
        return f"{proxy.scheme.decode()}://{proxy.host.decode()}:{proxy.port}"


def chosen_by_us(url: str) -> str | None:
    asked = httpx.URL(url)
    port = asked.port or {"http": 80, "https": 443}[asked.scheme]
    proxy = Proxies.of_environment().for_origin(asked.scheme, asked.host, port)
    if proxy is None:
        return None
    named = httpx.URL(proxy)
    return f"{named.scheme}://{named.host}:{named.port}"


def environment(values: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)


@settings(derandomize=True, max_examples=300, database=None, deadline=None)
@given(
    values=st.fixed_dictionaries(
        {},
        optional={
            **{name: st.sampled_from(PROXIES) for name in ("HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy")},
            "NO_PROXY": st.lists(st.sampled_from(EXCEPTED), max_size=3).map(", ".join),
        },
    ),
    url=st.sampled_from(URLS),
)
def test_the_proxy_is_the_one_that_httpx_chooses(values: dict[str, str], url: str) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name in NAMES:
            monkeypatch.delenv(name, raising=False)
        environment(values, monkeypatch)
        try:
            expected = chosen_by_httpx(url)
        except httpx.InvalidURL:  # it takes no IPv6 address in brackets, we do
            return
        assert chosen_by_us(url) == expected


def test_an_exception_in_brackets_is_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    environment({"HTTP_PROXY": "http://proxy.test", "NO_PROXY": "[::1]"}, monkeypatch)
    assert chosen_by_us("http://[::1]:8080") is None
    assert chosen_by_us("http://[::2]:8080") == "http://proxy.test:None"


@pytest.mark.parametrize("excepted", ["http://host:port", "all://[::1"])
def test_an_exception_that_names_no_host_is_told(excepted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    environment({"NO_PROXY": excepted}, monkeypatch)
    with pytest.raises(InvalidRequestError, match=r"NO_PROXY: .* neither a host nor the URL of one"):
        Proxies.of_environment()


@every_transport
@pytest.mark.parametrize(
    "proxy", ["ftp://proxy.test", "http://", "http://us:hunter2@proxy.test:port", "proxy.test:3128"]
)
def test_a_proxy_that_is_none_is_refused_when_the_transport_is_made(carrier: Carrier, proxy: str) -> None:
    with pytest.raises(InvalidRequestError, match="proxy=: not the URL of a proxy") as caught:
        carrier.make(proxy=proxy)
    assert "hunter2" not in str(caught.value)


def test_the_variable_with_a_bad_proxy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    environment({"HTTPS_PROXY": "http://proxy.test:0"}, monkeypatch)
    with pytest.raises(InvalidRequestError, match="HTTPS_PROXY: not the URL of a proxy"):
        Proxies.of_environment()


@every_transport
def test_plain_requests_go_through_the_proxy_with_its_credentials(
    carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(answer(b"by proxy")) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://us%40er:pa%3Ass@127.0.0.1:{proxy.port}")
        answers = carrier.send(get("http://orders.test/api/x?y=1"), get("http://orders.test/api/x?y=1"))
    assert [answered.body for answered in answers] == [b"by proxy"] * 2
    heard = proxy.heard[0]
    assert heard.line == "GET http://orders.test/api/x?y=1 HTTP/1.1"
    assert heard.headers["host"] == "orders.test"
    assert base64.b64decode(heard.headers["proxy-authorization"].removeprefix("Basic ")) == b"us@er:pa:ss"


@every_transport
def test_encrypted_requests_go_through_a_tunnel(
    carrier: Carrier, ours: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(ours.file))
    with serving(answer(b"tunnelled"), tls=ours.server()) as wire, serving(TUNNEL) as proxy:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
        answers = carrier.send(get(wire.url + "/", Authorization="secret"), get(wire.url + "/"))
    assert [answered.body for answered in answers] == [b"tunnelled"] * 2
    assert [heard.line for heard in proxy.heard] == [f"CONNECT 127.0.0.1:{wire.port} HTTP/1.1"]
    assert "authorization" not in proxy.heard[0].headers
    assert [heard.connection for heard in wire.heard] == [1, 1]


@every_transport
def test_a_proxy_that_is_given_outranks_the_environment(carrier: Carrier, monkeypatch: pytest.MonkeyPatch) -> None:
    environment({"HTTP_PROXY": f"http://127.0.0.1:{nobody()}", "NO_PROXY": "orders.test"}, monkeypatch)
    with serving(answer(b"by proxy")) as proxy:
        answered = carrier.one(get("http://orders.test/"), proxy=f"http://127.0.0.1:{proxy.port}")
    assert answered.body == b"by proxy"


@every_transport
def test_what_no_proxy_names_is_reached_directly(carrier: Carrier, monkeypatch: pytest.MonkeyPatch) -> None:
    environment({"ALL_PROXY": f"http://127.0.0.1:{nobody()}", "no_proxy": "127.0.0.1"}, monkeypatch)
    with serving(answer(b"direct")) as wire:
        assert carrier.one(get(wire.url + "/")).body == b"direct"


@every_transport
@pytest.mark.parametrize("status", ["407 Proxy Authentication Required", "502 Bad Gateway"])
def test_a_proxy_that_refuses_sent_nothing(carrier: Carrier, status: str) -> None:
    with serving(answer(b"no", status=status)) as proxy, pytest.raises(ConnectionFailedError) as caught:
        carrier.one(get("https://orders.test/x"), proxy=f"http://127.0.0.1:{proxy.port}")
    assert not caught.value.sent
    assert "no way to https://orders.test: the proxy says" in str(caught.value)
    assert caught.value.__context__ is None


@every_transport
def test_a_proxy_that_hangs_up_is_a_broken_connection(carrier: Carrier) -> None:
    with serving(HANGS_UP) as proxy, pytest.raises(ConnectionFailedError) as caught:
        carrier.one(get("https://orders.test/x"), proxy=f"http://127.0.0.1:{proxy.port}")
    assert caught.value.__context__ is None


@every_transport
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_not_there_sent_nothing(carrier: Carrier, scheme: str) -> None:
    with pytest.raises(ConnectionFailedError) as caught:
        carrier.one(get(f"{scheme}://orders.test/x"), proxy=f"http://127.0.0.1:{nobody()}")
    assert not caught.value.sent
    assert "refused" in str(caught.value)


@every_transport
def test_an_encrypted_proxy_is_trusted_like_a_server(
    carrier: Carrier, ours: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(ours.file))
    with serving(answer(b"by proxy"), tls=ours.server()) as proxy:
        assert carrier.one(get("http://orders.test/"), proxy=proxy.url).body == b"by proxy"


@pytest.mark.parametrize("kind", ["httpx", "httpx on asyncio", "aiohttp"])
def test_a_socks_proxy_says_what_it_needs(kind: str) -> None:
    with pytest.raises(InvalidRequestError, match="SOCKS proxy"):
        CARRIERS[kind].one(get("http://orders.test/"), proxy="socks5://127.0.0.1:1080")
