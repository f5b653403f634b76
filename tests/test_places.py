"""The contract on third-party packages breaks when it should."""

import pytest
from grimp import ImportGraph
from importlinter import ContractCheck

from tests.places import PlacesContract


def _checked(importer: str, imported: str) -> ContractCheck:
    graph = ImportGraph()
    for module in ("bot", "bot.digest", importer):
        graph.add_module(module)
    graph.add_module(imported, is_squashed=True)
    graph.add_import(importer=importer, imported=imported)
    places = ["bot.digest: numpy scipy", "bot: attrs"]
    contract = PlacesContract("places", session_options={}, contract_options={"places": places})
    return contract.check(graph, verbose=False)


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("bot.digest", "numpy"),
        ("bot.digest.themes", "scipy"),
        ("bot.digest.themes", "attrs"),
        ("bot.change", "attrs"),
        ("bot.change", "json"),
    ],
)
def test_what_is_named_for_a_package_may_be_imported_in_it_and_below(importer: str, imported: str) -> None:
    assert _checked(importer, imported).kept


@pytest.mark.parametrize(
    ("importer", "imported"),
    [("bot.change", "numpy"), ("bot", "scipy"), ("bot.digestion", "numpy"), ("bot.digest", "requests")],
)
def test_what_has_no_place_breaks_the_contract(importer: str, imported: str) -> None:
    check = _checked(importer, imported)
    assert not check.kept
    assert check.metadata["strays"] == [(importer, imported)]
