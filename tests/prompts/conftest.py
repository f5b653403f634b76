"""A folder with everything in words, to break on purpose."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.errors import Finding
from prompts.check import check
from prompts.loader import HERE


@dataclass(frozen=True)
class Folder:
    """A copy of what comes with Ruimte, except that its interface texts are the two that a test needs."""

    path: Path

    def change(self, name: str, old: str, new: str) -> None:
        """Replace one piece of a file; it must be there."""
        text = (self.path / name).read_text()
        assert old in text
        self.write(name, text.replace(old, new, 1))

    def write(self, name: str, text: str) -> None:
        (self.path / name).write_text(text)

    def line(self, name: str, piece: str) -> int:
        """Return the line, from 1, on which a piece of text starts."""
        before, found, _ = (self.path / name).read_text().partition(piece)
        assert found
        return before.count("\n") + 1

    def findings(self) -> tuple[Finding, ...]:
        return check(self.path)

    def found(self) -> set[tuple[str, int, str]]:
        """Return the findings with their paths as from the folder."""
        return {(str(Path(one.path).relative_to(self.path)), one.line, one.text) for one in self.findings()}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    for name in ("packs", "codebooks", "words"):
        shutil.copytree(HERE / name, tmp_path / name)
    (tmp_path / "ui").mkdir()
    folder = Folder(tmp_path)
    folder.write("ui/nl.yaml", "invite:\n  title: Nieuw\n  text: Tot {day} kan het.\n")
    folder.write("ui/en.yaml", "invite:\n  title: New\n  text: Until {day} you can.\n")
    assert folder.findings() == ()
    return folder
