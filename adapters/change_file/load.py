"""Reads a change file, from its path or as text: all of it, its findings, or only its id."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ruamel.yaml.nodes import MappingNode

from adapters.change_file.nodes import Findings, Mapping, compose, mapping
from adapters.change_file.whole import Against, Whole, id_of
from adapters.change_file.words import Reader, inferred_languages
from bot.change import Change
from bot.errors import FileInvalid, Finding
from bot.ids import ChangeId, Language, TenantId

SIZE_MAXIMUM = 1_000_000
"""Bytes; a larger file is no change file."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What could be read of a file, and what is wrong with it.

    `change` is None where the file is no mapping; while there are findings parts of it are empty, days `date.min`.
    """

    change: Change | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class ChangeFile:
    """A file that has no findings: the change, and the line on which its planning begins."""

    path: str
    change: Change
    planning_line: int

    def refuse(self, reasons: tuple[str, ...]) -> FileInvalid:
        """Return the error that says what the engine finds wrong with it, at the planning."""
        return FileInvalid(tuple(Finding(self.path, self.planning_line, reason) for reason in reasons))


def load_change(path: Path, *, tenant: TenantId, against: Against) -> Change:
    """Read a change file. Raises FileInvalid with everything that is wrong in it."""
    return read_change(path, tenant=tenant, against=against).change


def read_change(path: Path, *, tenant: TenantId, against: Against) -> ChangeFile:
    """Read a change file, and remember where its planning is. Raises FileInvalid with everything that is wrong."""
    findings = Findings(str(path))
    text = _text(path, findings)
    read = _mapping(text, findings) if text is not None else None
    change = Whole(read, findings, against).change(tenant) if read is not None else None
    findings.check()
    if read is None or change is None:
        raise FileInvalid((Finding(str(path), 1, "the file is empty"),))
    return ChangeFile(str(path), change, read.line_of("planning" if "planning" in read else "on"))


def read_text(text: str, *, tenant: TenantId, against: Against) -> Reading:
    """Read a change file that is text already, as far as that goes."""
    findings = Findings("change.yaml")
    if len(text) > SIZE_MAXIMUM:
        findings.add(0, f"the file has more than {SIZE_MAXIMUM:,} characters")
        return Reading(None, findings.sorted())
    read = _mapping(text, findings)
    if read is None:
        return Reading(None, findings.sorted() or (Finding(findings.path, 1, "the file is empty"),))
    change = Whole(read, findings, against).change(tenant)
    return Reading(change, findings.sorted())


def _mapping(text: str, findings: Findings) -> Mapping | None:
    """Read what the file holds; None where that is no mapping, which is noted unless there is nothing."""
    node = compose(text, findings)
    if node is None:
        return None
    read = mapping(node, findings, what="a change file")
    return read if isinstance(node, MappingNode) else None


def peek_id(path: Path) -> ChangeId | None:
    """Return the id that a file gives its change, so that the change as it is now can be looked up."""
    findings = Findings(str(path))
    return id_in(_text(path, findings) or "")


def id_in(text: str) -> ChangeId | None:
    """Return the id that the text of a file gives its change; None where that is no file of a change."""
    findings = Findings("change.yaml")
    node = compose(text, findings)
    if node is None:
        return None
    read = mapping(node, findings, what="a change file")
    languages = inferred_languages(read, findings, offered=(Language(""),))
    return id_of(read, Reader(findings, languages, languages, date.min))


def _text(path: Path, findings: Findings) -> str | None:
    """Read the file."""
    try:
        if path.stat().st_size > SIZE_MAXIMUM:
            findings.add(0, f"the file has more than {SIZE_MAXIMUM:,} bytes")
            return None
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        findings.add(0, "the file is not UTF-8")
    except OSError as error:
        findings.add(0, f"the file cannot be read: {error.strerror or 'no such file'}")
    return None
