"""No name of Microsoft's leads to an address that is not public."""

from __future__ import annotations

import socket

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from adapters.teams.hosts import PublicResolver, same_service


class Names(AbstractResolver):
    """A resolver in which every name is at these addresses."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = addresses
        self.closed = False

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=one, port=port, family=family, proto=0, flags=0)
            for one in self._addresses
        ]

    async def close(self) -> None:
        self.closed = True


async def found(*addresses: str, development: bool = False) -> list[str]:
    resolver = PublicResolver(Names(*addresses), development=development)
    return [one["host"] for one in await resolver.resolve("smba.trafficmanager.net", 443)]


async def test_public_addresses_are_found() -> None:
    assert await found("52.112.0.1", "2603:1027::1") == ["52.112.0.1", "2603:1027::1"]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "0.0.0.0",  # noqa: S104 -- compared, not bound
    ],
)
async def test_an_address_inside_is_not_gone_to(address: str) -> None:
    with pytest.raises(OSError, match="no public address"):
        await found(address)
    assert await found(address, "52.112.0.1") == ["52.112.0.1"]


async def test_while_developing_this_machine_is_found_and_no_other_inside() -> None:
    assert await found("127.0.0.1", "10.0.0.1", development=True) == ["127.0.0.1"]


async def test_the_other_resolver_is_closed_with_it() -> None:
    names = Names()
    await PublicResolver(names, development=False).close()
    assert names.closed


def test_a_slash_and_capitals_make_no_other_service() -> None:
    assert same_service("https://smba.trafficmanager.net/emea/", "https://SMBA.trafficmanager.net/emea")
    assert not same_service("https://smba.trafficmanager.net/emea/", "https://smba.trafficmanager.net/amer/")
