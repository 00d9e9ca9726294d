"""The sockets of a mock: one port a service, bound before anything is served, so that a taken one is known at once."""

import errno
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

BACKLOG = 2048


class CannotListenError(Exception):
    """A port or address cannot be bound; the message names the port, its service and what to do."""


@dataclass(frozen=True, slots=True)
class Listener:
    """One bound port; lives as long as the server. `service` is None where the port serves all of them (gateway)."""

    service: str | None
    port: int
    sockets: tuple[socket.socket, ...]

    @property
    def url(self) -> str:
        """The base URL under which this machine reaches the port."""
        host = ip_address(self.sockets[0].getsockname()[0])
        if host.is_unspecified:
            return f"http://127.0.0.1:{self.port}"
        return f"http://{f'[{host}]' if host.version == 6 else host}:{self.port}"  # noqa: PLR2004 - IPv6


def addresses(host: str) -> list[tuple[socket.AddressFamily, str]]:
    """Every address that a host name stands for. Raises CannotListenError."""
    try:
        found = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "no host name"
        message = f"cannot listen on {host!r} ({why}): give an address of this machine, such as --host 127.0.0.1"
        raise CannotListenError(message) from None
    return list(dict.fromkeys((family, str(address[0])) for family, *_, address in found))


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the host. Raises CannotListenError."""
    return all(ip_address(address.partition("%")[0]).is_loopback for _, address in addresses(host))


def listen(host: str, ports: Mapping[str | None, int]) -> list[Listener]:
    """Bind and listen for every service (None: the gateway); port 0 takes any free one.

    Raises CannotListenError, and then holds no port.
    """
    shared = [port for port in ports.values() if port and list(ports.values()).count(port) > 1]
    if shared:
        *_, first, second = (service for service, port in ports.items() if port == shared[0])
        raise CannotListenError(_advice(shared[0], second, f"is that of {_called(first)} too"))
    listeners: list[Listener] = []
    try:
        listeners.extend(_bind(host, service, port) for service, port in ports.items())
    except BaseException:
        close(listeners)
        raise
    return listeners


def close(listeners: list[Listener]) -> None:
    """Let the ports go."""
    for listener in listeners:
        for bound in listener.sockets:
            bound.close()


def _bind(host: str, service: str | None, port: int) -> Listener:
    """One port on every address of the host that this machine has."""
    bound: list[socket.socket] = []
    failure = OSError(errno.EADDRNOTAVAIL, "no address")
    for family, address in addresses(host):
        try:
            bound.append(_listening(family, address, port))
        except OSError as error:
            failure = error
            if error.errno == errno.EADDRNOTAVAIL:  # such as ::1 where IPv6 is off: another address may do
                continue
            for other in bound:
                other.close()
            raise CannotListenError(_refusal(host, service, port, error)) from None
        port = bound[0].getsockname()[1]
    if not bound:
        raise CannotListenError(_refusal(host, service, port, failure))
    return Listener(service, port, tuple(bound))


def _listening(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    listener = bound(family, (address, port))
    try:
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def bound(family: socket.AddressFamily, address: Any) -> socket.socket:
    """A socket that holds an address, at which nobody listens yet. Raises OSError."""
    held = socket.socket(family, socket.SOCK_STREAM)
    try:
        # A port whose last connections are still closing is free; on Windows the option would share a taken one.
        if os.name == "posix":
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            held.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        held.bind(address)
    except OSError:
        held.close()
        raise
    return held


def _refusal(host: str, service: str | None, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return _advice(port, service, "is taken")
    if error.errno in (errno.EACCES, errno.EPERM):
        return _advice(port, service, "needs privileges that this user does not have")
    if error.errno == errno.EADDRNOTAVAIL:
        return f"cannot listen on {host!r}: this machine has no such address; give one, such as --host 127.0.0.1"
    return f"cannot listen on {host!r}, port {port} of {_called(service)}: {error.strerror}"


def _advice(port: int, service: str | None, what: str) -> str:
    other = port + 100 if port + 100 < 2**16 else 0
    flag = f"--gateway {other}" if service is None else f"--port {service}={other}"
    return f"port {port} of {_called(service)} {what}: choose another with {flag}"


def _called(service: str | None) -> str:
    return "the gateway" if service is None else service
