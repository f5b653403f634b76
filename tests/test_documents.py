"""The documents speak of what is there: every file that they name, and in the map every module that has no folder."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMED = re.compile(r"`((?:bot|adapters|prompts|storage|tests|docs)/[\w./-]+)`")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_a_document_names_is_there(document: Path) -> None:
    named = NAMED.findall(document.read_text(encoding="utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("folder", ["adapters", "bot/service"])
def test_the_map_names_every_module_that_lies_beside_folders(folder: str) -> None:
    quoted = re.findall(r"`([^`]+)`", (ROOT / "docs/architecture.md").read_text(encoding="utf-8").replace("```", ""))
    named = {Path(name).stem for name in quoted}
    assert {path.stem for path in (ROOT / folder).glob("[!_]*.py")} - named == set()
