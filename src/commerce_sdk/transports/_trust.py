"""Which certificates are trusted: certifi's authorities, or those of SSL_CERT_FILE or SSL_CERT_DIR, as httpx does."""

import ssl

from commerce_sdk._errors import TlsError


class Trust:
    """Makes the TLS context when it is first needed, as that takes milliseconds; lives as long as its transport."""

    def __init__(self, verify: bool | ssl.SSLContext) -> None:  # noqa: FBT001 - it is what users call it
        self._verify = verify
        self._context: ssl.SSLContext | None = None

    def context(self) -> ssl.SSLContext:
        """The one context; raises `TlsError` where the environment names authorities that cannot be read."""
        if self._context is None:
            import httpx  # noqa: PLC0415 - takes long to import, and only encryption needs it

            try:
                self._context = httpx.create_ssl_context(verify=self._verify)
            except OSError as unread:
                error = TlsError(
                    f"the certificates that SSL_CERT_FILE or SSL_CERT_DIR names cannot be read: {unread.strerror}.",
                    sent=False,
                )
            else:
                return self._context
            raise error
        return self._context
