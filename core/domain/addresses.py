"""Network addresses as they are counted and kept: never more exact than needed."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

COUNTED_BITS = {4: 32, 6: 64}
KEPT_BITS = {4: 24, 6: 48}


def counted_address(text: str) -> str:
    """Return what is counted as one client: an IPv4 address, or the /64 of an IPv6 one.

    >>> counted_address("2001:db8:1:2:3::9"), counted_address("192.0.2.7")
    ('2001:db8:1:2::/64', '192.0.2.7/32')
    """
    return _prefix(text, COUNTED_BITS)


def kept_address(text: str) -> str:
    """Return the part of an address that is kept for good: it names a network, not a person.

    >>> kept_address("192.0.2.7"), kept_address("")
    ('192.0.2.0/24', '')
    """
    return _prefix(text, KEPT_BITS)


def _prefix(text: str, bits: dict[int, int]) -> str:
    try:
        address: IPv4Address | IPv6Address = ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(ip_network((address, bits[address.version]), strict=False))
