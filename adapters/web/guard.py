"""What keeps other pages out: a token per visitor, the same origin, a known host, and headers that browsers obey."""

from __future__ import annotations

import hmac
import secrets
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

COOKIE = "ruimte"
LANGUAGE_COOKIE = "ruimte_language"
TOKEN_FIELD = "csrf"  # noqa: S105 the name of a field

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    # Not "no-referrer": a browser would then send its own forms with the origin "null".
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Guard:
    """Knows its visitors by a random cookie, and their forms by a token made from it."""

    def __init__(self, *, hosts: frozenset[str]) -> None:
        """Serve under these host names only, so that a foreign name that leads here gets nothing."""
        self._key = secrets.token_bytes(32)
        self._hosts = hosts

    def token(self, visitor: str) -> str:
        """Return the token that a visitor's forms carry."""
        return hmac.new(self._key, visitor.encode(), "sha256").hexdigest()

    def may_post(self, request: web.Request, token: str) -> bool:
        """Say whether a form came from a page of ours, opened by the same browser."""
        visitor = request.cookies.get(COOKIE, "")
        return (
            bool(visitor)
            and _same_origin(request)
            and hmac.compare_digest(token.encode(), self.token(visitor).encode())
        )

    def knows_host(self, request: web.Request) -> bool:
        """Say whether the request asks for a host that we serve."""
        name = _name(request.host)
        return name in self._hosts or _is_address(name)


def _is_address(name: str) -> bool:
    """An address is what it says it is; only a name can be made to lead here."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _name(host: str) -> str:
    """A host without its port."""
    return urlsplit(f"//{host}").hostname or ""


def _same_origin(request: web.Request) -> bool:
    """Say whether the browser says that our own page sent this; one that says nothing is judged by the token."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        return False
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def new_visitor(response: web.StreamResponse, request: web.Request) -> str:
    """Return the visitor of a request, and give a new one a cookie."""
    visitor = request.cookies.get(COOKIE)
    if visitor:
        return visitor
    visitor = secrets.token_urlsafe(24)
    response.set_cookie(COOKIE, visitor, httponly=True, samesite="Strict", path="/")
    return visitor


def protect(response: web.StreamResponse) -> None:
    """Add the headers; nothing that a person sees is kept by a browser or a proxy."""
    response.headers.update(HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")
