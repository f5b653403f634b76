"""Which service may be written to: Microsoft's, by https, at a public address. Ours too while developing.

Whoever could choose the address would be sent our token and every message.
"""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult

HOSTS = frozenset({"smba.trafficmanager.net"})
"""Exactly these: anyone may have a name under trafficmanager.net, which is Azure's."""

DOMAINS = (".teams.microsoft.com", ".teams.microsoft.us")
"""And what is Microsoft's own (the services of governments are there: smba.infra.gcc.teams.microsoft.com)."""

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

_HTTPS_PORTS = frozenset({None, 443})
_NEVER = frozenset("\\{}@ \t\r\n")
"""Signs that programs read differently, or fill in."""


def is_trusted(url: str, *, development: bool) -> bool:
    """Say whether a service URL is Microsoft's, or while developing this machine's."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.query or parts.fragment or set(url) & _NEVER:
        return False
    if development and host in LOOPBACK:
        return parts.scheme in {"http", "https"}
    theirs = host in HOSTS or host.endswith(DOMAINS)
    return parts.scheme == "https" and port in _HTTPS_PORTS and theirs


def same_service(one: str, other: str) -> bool:
    """Say whether two service URLs are the same; a slash at the end makes no difference, nor does case."""
    return one.rstrip("/").lower() == other.rstrip("/").lower()


class PublicResolver(AbstractResolver):
    """Finds hosts, but at no address that is not public: a name of Microsoft's that leads inside is not Microsoft's."""

    def __init__(self, inner: AbstractResolver, *, development: bool) -> None:
        """Look them up with this one."""
        self._inner = inner
        self._development = development

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the public addresses of a host. Raises OSError where there is none."""
        found = await self._inner.resolve(host, port, family)
        kept = [one for one in found if self._may(one["host"])]
        if not kept:
            raise OSError(None, "it has no public address")
        return kept

    async def close(self) -> None:
        """Close the other one."""
        await self._inner.close()

    def _may(self, address: str) -> bool:
        found = ipaddress.ip_address(address.partition("%")[0])
        return found.is_global or (self._development and found.is_loopback)
