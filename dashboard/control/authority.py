"""Who may look, and who may act: the one check for pages, API and socket (invariants 6 and 11).

A browser tells in Host, Origin and Sec-Fetch-Site where a request comes from; a page of another
site cannot forge them. A script sends none of them, and so may act from this machine only.

Behind a proxy that ends TLS, the page has another origin than the one we see. Such public origins
are given as a setting; under them people look, and nobody acts.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, urlsplit

from django.http.request import split_domain_port, validate_host

DEFAULT_PORTS = {"http": 80, "https": 443}
PROXY_HEADERS = (
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
)
"""By any of these a proxy tells that it stands between."""
OWN_PAGES = frozenset({"same-origin", "none"})
"""Values of Sec-Fetch-Site: our own page, or the person themselves (address line, bookmark)."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What one request says of itself. Headers that were not sent are None."""

    scheme: str
    """http or https; also for sockets."""
    host: str | None
    origin: str | None
    fetch_site: str | None
    peer: str | None
    """The address of the other end of the connection."""
    forwarded: bool
    """It came through a proxy, so the peer is not the person."""
    content_type: str | None
    has_body: bool
    navigates: bool = False
    """A person goes to the address; it is not something that a page loads."""


class NotAllowed(Exception):
    """The visit may not do this. `status` is for HTTP, the text one sentence for the person."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def demand_look(visit: Visit, hosts: Iterable[str]) -> None:
    """Raise NotAllowed unless the visit names a host that is served here.

    Against DNS rebinding: a foreign page can make its own name point to this machine, but the
    browser then sends that name. And a foreign page that has its browser load our addresses, which
    it could not read anyway, keeps nobody busy with them; links to us are links.
    """
    domain, _ = split_domain_port(visit.host or "")
    if not domain or not validate_host(domain, list(hosts)):
        raise NotAllowed(
            400,
            "This host name is not served here. "
            "Open the address that was printed at the start, or add it to FLOWVIZ_ALLOWED_HOSTS.",
        )
    if not visit.navigates:
        _demand_own_site(visit)


def demand_socket(visit: Visit, hosts: Iterable[str], public: Collection[str] = ()) -> None:
    """Raise NotAllowed unless our own page opens the socket: browsers let any page open any.

    `public`: the origins under which a proxy shows our page.
    """
    demand_look(visit, hosts)
    if visit.origin is None:
        raise NotAllowed(403, "The socket needs an Origin; it is for the page.")
    if _address(visit.origin) not in {_address(one) for one in public}:
        _demand_own_page(visit)
    _demand_own_site(visit)


def demand_act(
    visit: Visit, hosts: Iterable[str], public: Collection[str] = (), *, json_only: bool
) -> None:
    """Raise NotAllowed unless a person on this machine, or a script of theirs, asks.

    `json_only`: the body must be JSON, or absent. A form of another site cannot send JSON.
    """
    demand_look(visit, hosts)
    if visit.forwarded or not _is_loopback(visit.peer) or _is_public(visit, public):
        raise NotAllowed(
            403, "From here one can only look. Act on the machine that Flowviz runs on."
        )
    _demand_own_page(visit)
    _demand_own_site(visit)
    if json_only and not _is_json(visit):
        raise NotAllowed(403, "Send Content-Type: application/json, with {} where nothing is said.")


def why_not_act(visit: Visit, hosts: Iterable[str], public: Collection[str] = ()) -> str | None:
    """Why the page that this visit loads could do nothing with its buttons, in one sentence; None
    where it could. Where the link to it stood does not matter."""
    try:
        demand_act(replace(visit, fetch_site=None), hosts, public, json_only=False)
    except NotAllowed as refusal:
        return str(refusal)
    return None


def _is_public(visit: Visit, public: Collection[str]) -> bool:
    """Whether it comes through the proxy, by its origin or by the name it asks for."""
    shown = {_address(one) for one in public}
    if visit.origin is not None and _address(visit.origin) in shown:
        return True
    asked = {_address(f"{scheme}://{visit.host}") for scheme in DEFAULT_PORTS}
    return not shown.isdisjoint(asked)


def _demand_own_page(visit: Visit) -> None:
    if visit.origin is not None and not _same_origin(visit):
        raise NotAllowed(403, "This was asked from a page of another site.")


def _demand_own_site(visit: Visit) -> None:
    if visit.fetch_site is not None and visit.fetch_site.lower() not in OWN_PAGES:
        raise NotAllowed(403, "This was asked from a page of another site.")


def _same_origin(visit: Visit) -> bool:
    origin, own = _address(visit.origin or ""), _address(f"{visit.scheme}://{visit.host}")
    return origin is not None and origin == own


def _address(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an origin; None where it is not one ("null" for example)."""
    try:
        parts: SplitResult = urlsplit(url.lower())
        port = parts.port or DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return None
    if not parts.hostname or port is None or parts.path or parts.query or parts.username:
        return None
    return parts.scheme, parts.hostname, port


def _is_loopback(peer: str | None) -> bool:
    try:
        address = ipaddress.ip_address((peer or "").partition("%")[0])
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def _is_json(visit: Visit) -> bool:
    if visit.content_type is None:
        return not visit.has_body
    return visit.content_type.partition(";")[0].strip().lower() == "application/json"
