"""A certificate authority of the test's own, made with the openssl command, and servers that it vouches for."""

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_KEY: Final = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")


@dataclass(frozen=True, slots=True)
class Authority:
    """Its certificate, as `SSL_CERT_FILE` and `SSL_CERT_DIR` name it; lives as long as its directory."""

    directory: Path

    @property
    def file(self) -> Path:
        return self.directory / "authority.pem"

    @property
    def hashed(self) -> Path:
        """A directory where OpenSSL finds the certificate by the hash of its name."""
        digest = _openssl("x509", "-hash", "-noout", "-in", str(self.file)).strip()
        found = self.directory / "hashed"
        found.mkdir()
        (found / f"{digest}.0").write_bytes(self.file.read_bytes())
        return found

    def server(self, names: str = "IP:127.0.0.1") -> ssl.SSLContext:
        """A context for a server with these names."""
        certificate, key = self.directory / "server.pem", self.directory / "server.key"
        issuer = ("-CA", str(self.file), "-CAkey", str(self.directory / "authority.key"))
        extensions = ("-addext", f"subjectAltName={names}", "-addext", "basicConstraints=critical,CA:FALSE")
        _openssl("req", "-x509", *_KEY, *issuer, *extensions, "-subj", "/CN=server", *_out(certificate, key))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        return context


def authority(directory: Path) -> Authority:
    """A new one."""
    made = Authority(directory)
    # Python 3.13 and later want what RFC 5280 does.
    usage = ("-addext", "keyUsage=critical,keyCertSign,cRLSign")
    _openssl("req", "-x509", *_KEY, *usage, "-subj", "/CN=authority", *_out(made.file, directory / "authority.key"))
    return made


def _out(certificate: Path, key: Path) -> tuple[str, ...]:
    return ("-out", str(certificate), "-keyout", str(key))


def _openssl(*arguments: str) -> str:
    command = ["openssl", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own arguments
