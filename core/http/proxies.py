"""What a proxy in front says of its client counts only if the operator has named the proxy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class TrustedProxies:
    """Takes address, scheme and host from ``X-Forwarded-*`` of the proxies named, of no others.

    ``proxies`` are addresses or networks. Of several addresses in a row the last
    counts, which is the one that the proxy itself has seen.
    """

    def __init__(self, application: WSGIApplication, proxies: Sequence[str]) -> None:
        self._networks = [ip_network(proxy, strict=False) for proxy in proxies]
        self._direct = application
        self._behind_proxy = ProxyFix(application, x_for=1, x_proto=1, x_host=1)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        trusted = self._trusts(environ.get("REMOTE_ADDR", ""))
        application = self._behind_proxy if trusted else self._direct
        return application(environ, start_response)

    def _trusts(self, peer: str) -> bool:
        try:
            address = ip_address(peer)
        except ValueError:
            return False
        if isinstance(address, IPv6Address):
            address = address.ipv4_mapped or address
        return any(address in network for network in self._networks)
