"""An import-linter contract: which of our packages may import which third-party package."""

import sys
from collections.abc import Iterator

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class PlacesContract(Contract):
    """Whatever is imported from outside has a place, or the contract is broken.

    Each of `places` reads "our.package: theirs theirs". A module may import what is named for it
    or for a package above it, and the standard library.
    """

    type_name = "places"

    places = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001 - the base class's signature
        allowed = dict(self._named())
        strays = [
            (importer, imported)
            for imported in sorted(set(_from_outside(graph)) - sys.stdlib_module_names)
            for importer in sorted(graph.find_modules_that_directly_import(imported))
            if not any(imported in allowed.get(package, ()) for package in _upwards(importer))
        ]
        return ContractCheck(kept=not strays, metadata={"strays": strays})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["strays"]:
            output.print_error(f"{importer} may not import {imported}: it has no place there.")

    def _named(self) -> Iterator[tuple[str, frozenset[str]]]:
        for place in self.places:  # type: ignore[attr-defined] # a field becomes its value
            package, _, theirs = place.partition(":")
            yield package.strip(), frozenset(theirs.split())


def _from_outside(graph: ImportGraph) -> Iterator[str]:
    return (module for module in graph.modules if graph.is_module_squashed(module))


def _upwards(module: str) -> Iterator[str]:
    """Yield the module itself, then every package it is in."""
    while module:
        yield module
        module = module.rpartition(".")[0]
