"""What stands in a YAML file and on which line; every finding is gathered, none stops the reading."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.errors import FileInvalid, Finding

_NULL = "tag:yaml.org,2002:null"
_SLUG_MAXIMUM = 40
_CLOSE = 8
"""So many words that look alike are compared."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """The entries of a mapping and the line on which each key stands."""

    line: int
    values: dict[str, Node] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def get(self, key: str) -> Node | None:
        """Return the value of a key."""
        return self.values.get(key)

    def line_of(self, key: str) -> int:
        """Return the line of a key, or of the mapping when it is not there."""
        return self.lines.get(key, self.line)

    def __contains__(self, key: object) -> bool:
        """Whether the key is there, with or without a value."""
        return key in self.values


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that is wrong in one file."""

    path: str
    found: list[Finding] = field(default_factory=list)

    def add(self, line: int, text: str, code: str = "", *, key: str = "", **facts: object) -> None:
        """Note a finding; the same one is noted once. `code`, `key` and `facts`: see `bot.errors.Finding`."""
        finding = Finding(self.path, line, text, code, key, tuple(facts.items()))
        if finding not in self.found:
            self.found.append(finding)

    def check(self) -> None:
        """Raise FileInvalid with all of them, in the order of the file, if there are any."""
        if self.found:
            raise FileInvalid(self.sorted())

    def sorted(self) -> tuple[Finding, ...]:
        """Return all of them in the order of the file."""
        return tuple(sorted(self.found, key=lambda finding: finding.line))


def line_of(node: Node) -> int:
    """Return the line of a node, from 1."""
    return int(node.start_mark.line) + 1


def compose(text: str, findings: Findings) -> Node | None:
    """Read YAML into nodes, which still know their lines and both of two equal keys."""
    try:
        node: Node | None = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        findings.add(mark.line + 1 if mark else 1, f"this is not YAML: {error.problem or error.context}")
    except (YAMLError, ValueError) as error:
        findings.add(1, f"this is not YAML: {str(error).splitlines()[0]}")
    else:
        return node
    return None


def mapping(node: Node, findings: Findings, *, what: str) -> Mapping:
    """Read a mapping; of two equal keys the first counts, and the second is a finding."""
    read = Mapping(line_of(node))
    if not isinstance(node, MappingNode):
        findings.add(read.line, f"{what} should be keys with values, such as `key: value`")
        return read
    for key_node, value in node.value:
        key = str(key_node.value)
        if key in read.values:
            findings.add(line_of(key_node), f"`{key}` stands here twice, first on line {read.lines[key]}")
            continue
        read.values[key] = value
        read.lines[key] = line_of(key_node)
    return read


def check_keys(read: Mapping, known: Collection[str], findings: Findings, *, what: str) -> None:
    """Note every key that nobody knows, with the one that was probably meant."""
    for key, line in read.lines.items():
        if key not in known:
            findings.add(line, f"{what} has no `{key}`{suggestion(key, known)}")


def suggestion(word: str, known: Collection[str]) -> str:
    """Say which known word comes close ("" for none): of those that look like it the one with the fewest slips."""
    close = get_close_matches(word, sorted(known), n=_CLOSE, cutoff=0.6)
    return f"; did you mean `{min(close, key=lambda one: _slips(word, one))}`?" if close else ""


def _slips(one: str, other: str) -> int:
    """Count the slips from one word to another: a letter more, less or wrong, or two that changed places.

    (Optimal string alignment; `difflib` alone sees no difference between `open` and `zone` for `opne`.)
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, above, row = row, before, [i]
        for j, wanted in enumerate(other, start=1):
            least = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                least = min(least, above[j - 2] + 1)
            row.append(least)
    return row[-1]


def scalar(node: Node, findings: Findings, *, line: int, what: str) -> str | None:
    """Read a single value as it is written, whatever YAML takes it for.

    `line` is where its key stands: an empty value begins only where the next key does.
    """
    if not isinstance(node, ScalarNode):
        findings.add(line, f"{what} should be a single value")
        return None
    text = "" if node.tag == _NULL else str(node.value).strip()
    if not text:
        findings.add(line, f"{what} is empty", "empty")
        return None
    return text


def scalars(node: Node | None, findings: Findings, *, what: str) -> tuple[tuple[str, int], ...]:
    """Read a list of single values, or just one, each with its line."""
    read = ((scalar(item, findings, line=line_of(item), what=what), line_of(item)) for item in elements(node))
    return tuple((text, line) for text, line in read if text is not None)


def elements(node: Node | None) -> Sequence[Node]:
    """Return the nodes of a list; one that is no list is a list of one."""
    if node is None:
        return ()
    if isinstance(node, SequenceNode):
        return tuple(node.value)
    if isinstance(node, ScalarNode) and node.tag == _NULL:
        return ()
    return (node,)


def day(node: Node, findings: Findings, *, line: int, what: str) -> date | None:
    """Read a day, as ISO 8601 writes it."""
    text = scalar(node, findings, line=line, what=what)
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        findings.add(line, f"{what} is no day: `{text}`; write it as 2026-12-31", "no_day")
        return None


def slug(text: str) -> str:
    """Turn a text into a key: lower case, words joined by hyphens, cut at a word."""
    words = re.findall(r"\w+", text.lower().replace("'", "").replace("’", "").replace("_", " "))
    key = ""
    for word in words:
        longer = f"{key}-{word}" if key else word[:_SLUG_MAXIMUM]
        if len(longer) > _SLUG_MAXIMUM:
            break
        key = longer
    return key
