"""Whether Teams would take an app package's manifest and its texts: Microsoft's own schemas, pinned, and from npm.

The package is `@microsoft/app-manifest`, under MIT; its lock is in `schemas/`. It carries the schemas that
developer.microsoft.com/json-schemas serves.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator  # type: ignore[import-untyped]

from adapters.teams.package import VERSION
from tests.conftest import leave_out

Json = dict[str, Any]

SCHEMAS = (
    Path(__file__).parents[3] / "build/teams-schemas/node_modules/@microsoft/app-manifest/build/json-schemas/teams"
)
"""Where tests/install.sh puts them."""

MANIFEST, LOCALISATION = "MicrosoftTeams.schema.json", "MicrosoftTeams.Localization.schema.json"


def problems(document: Json) -> list[str]:
    """Return what its schema says against a document, each with where. The document names its schema itself."""
    address, name = document["$schema"].rsplit("/", 1)
    assert address == f"https://developer.microsoft.com/json-schemas/teams/v{VERSION}"
    return [f"{error.json_path}: {error.message}" for error in _validator(name).iter_errors(document)]


@lru_cache(maxsize=2)
def _validator(name: str) -> Any:  # noqa: ANN401 -- jsonschema has no types
    if not SCHEMAS.exists():
        leave_out("the schemas of Teams are not there (make test-tools fetches them with npm)")
    schema = json.loads((SCHEMAS / f"v{VERSION}" / name).read_text(encoding="utf-8"))
    return Draft4Validator(schema)
