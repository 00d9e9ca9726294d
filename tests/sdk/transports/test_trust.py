import ssl
from pathlib import Path

import pytest

from commerce_sdk._errors import RequestTimeoutError, TlsError
from commerce_sdk.transports._trust import Trust
from sdk.carriers import CARRIERS, Carrier, every_transport, get
from sdk.certificates import Authority, authority
from sdk.wire import blunt, serving, unread

WITH_CONTEXTS = [carrier for carrier in CARRIERS.values() if carrier.takes_contexts]


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


def refused(carrier: Carrier, url: str) -> TlsError:
    with pytest.raises(TlsError) as caught:
        carrier.one(get(url))
    assert not caught.value.sent
    assert caught.value.__context__ is None
    return caught.value


@every_transport
def test_a_server_that_nobody_vouches_for_is_not_trusted(carrier: Carrier, ours: Authority) -> None:
    with serving(tls=ours.server()) as wire:
        failure = refused(carrier, f"{wire.url}/")
    assert f"no trusted connection to {wire.url}" in str(failure)
    assert not wire.heard


@every_transport
def test_ssl_cert_file_says_whom_to_trust(carrier: Carrier, ours: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(ours.file))
    with serving(tls=ours.server()) as wire:
        assert [answered.body for answered in carrier.send(get(wire.url + "/"), get(wire.url + "/"))] == [b"ok", b"ok"]
    assert [heard.connection for heard in wire.heard] == [1, 1]


@every_transport
def test_ssl_cert_dir_says_whom_to_trust(carrier: Carrier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_DIR", str(ours.hashed))
    with serving(tls=ours.server()) as wire:
        assert carrier.one(get(wire.url + "/")).body == b"ok"


@every_transport
def test_a_certificate_for_another_name_is_not_trusted(
    carrier: Carrier, ours: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(ours.file))
    with serving(tls=ours.server("DNS:elsewhere.test")) as wire:
        refused(carrier, f"{wire.url}/")


@every_transport
def test_verification_can_be_switched_off(carrier: Carrier, ours: Authority) -> None:
    with serving(tls=ours.server()) as wire:
        assert carrier.one(get(wire.url + "/"), verify=False).body == b"ok"


@pytest.mark.parametrize("carrier", WITH_CONTEXTS)
def test_a_context_says_whom_to_trust(carrier: Carrier, ours: Authority) -> None:
    context = ssl.create_default_context(cafile=ours.file)
    with serving(tls=ours.server()) as wire:
        assert carrier.one(get(wire.url + "/"), verify=context).body == b"ok"


@every_transport
def test_a_server_without_tls_is_told_as_that(carrier: Carrier) -> None:
    with blunt() as port:
        refused(carrier, f"https://127.0.0.1:{port}/")


@every_transport
def test_a_handshake_that_is_never_answered_keeps_to_the_timeout(carrier: Carrier) -> None:
    with unread() as url, pytest.raises(RequestTimeoutError) as caught:
        carrier.one(get(url.replace("http:", "https:"), timeout=0.15))
    assert caught.value.sent is not carrier.tells_connecting


@pytest.mark.parametrize("carrier", WITH_CONTEXTS)
def test_authorities_that_cannot_be_read_are_named(carrier: Carrier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/authority.pem")
    failure = refused(carrier, "https://127.0.0.1/")
    assert "SSL_CERT_FILE or SSL_CERT_DIR" in str(failure)
    assert "No such file" in str(failure)


def test_the_context_is_made_once(ours: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(ours.file))
    with serving(tls=ours.server()) as one, serving(tls=ours.server()) as other:
        answers = CARRIERS["httpx"].send(get(one.url + "/"), get(other.url + "/"))
    assert [answered.body for answered in answers] == [b"ok"] * 2
    trust = Trust(verify=True)
    assert trust.context() is trust.context()
