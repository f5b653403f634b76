"""One YAML file as keys, texts and lines: every scalar stays as it was written, and nothing is overwritten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.errors import Finding


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar, and the line it starts on, from 1."""

    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Flat:
    """A file with its levels joined by dots: `pages.lose.answer.text`; the items of a list are `meanwhile.0`.

    `texts` has the leaves in the order of the file; `lines` also has the line of everything above them.
    """

    path: str
    texts: Mapping[str, Text]
    lines: Mapping[str, int]

    def line_near(self, key: str) -> int:
        """Return the line of `key`, or of the nearest level above it that is there, else 0."""
        while key:
            if key in self.lines:
                return self.lines[key]
            key = key.rpartition(".")[0]
        return 0

    def value(self, key: str) -> str | None:
        """Return the text at `key`."""
        text = self.texts.get(key)
        return None if text is None else text.value

    def below(self, key: str) -> tuple[str, ...]:
        """Return the names one level under `key`, in the order of the file."""
        start = f"{key}." if key else ""
        inside = (name.removeprefix(start) for name in self.lines if name.startswith(start))
        return tuple(dict.fromkeys(name.partition(".")[0] for name in inside))

    def finding(self, key: str, text: str) -> Finding:
        """Say that something is wrong at `key`, or that it is missing there."""
        return Finding(self.path, self.line_near(key), text)


def read(path: Path) -> tuple[Flat, tuple[Finding, ...]]:
    """Read a file; whatever is wrong with its form is in the findings, all of it.

    A key that stands twice is a finding and its first value stays. Keys and values are never taken for something
    else than text: `no` is the word no.
    """
    shown = str(path)
    texts: dict[str, Text] = {}
    lines: dict[str, int] = {}
    findings: list[Finding] = []
    try:
        root = YAML(typ="safe", pure=True).compose(path.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        return Flat(shown, {}, {}), (Finding(shown, line, f"not YAML: {error.problem}"),)
    except (YAMLError, OSError, UnicodeDecodeError) as error:
        return Flat(shown, {}, {}), (Finding(shown, 0, f"cannot be read: {type(error).__name__}"),)
    if not isinstance(root, MappingNode):
        return Flat(shown, {}, {}), (Finding(shown, 0, "holds no keys"),)
    for level in _walk(root, "", (id(root),)):
        fault = level.fault or (f"{level.key} stands here twice" if level.key in lines else "")
        if fault:
            findings.append(Finding(shown, level.line, fault))
            continue
        lines[level.key] = level.line
        if isinstance(level.node, ScalarNode):
            texts[level.key] = Text(level.node.value, level.line)
    return Flat(shown, texts, lines), tuple(findings)


@dataclass(frozen=True, slots=True)
class _Level:
    """One key or item on the way down; `fault` says why it cannot be used."""

    key: str
    line: int
    node: Node
    fault: str = ""


def _walk(node: Node, key: str, above: tuple[int, ...]) -> Iterator[_Level]:
    """Yield every level under a node, from above to below; nothing under a key that stands twice."""
    seen: set[str] = set()
    for name, at, child in _children(node):
        line = at.start_mark.line + 1
        if not name or "." in name:
            yield _Level(key, line, child, f"{name!r} is not a key: a key is a word without dots")
            continue
        inner = f"{key}.{name}" if key else name
        if id(child) in above:
            yield _Level(inner, line, child, f"{inner} refers to itself")
            continue
        yield _Level(inner, line, child)
        if name not in seen:
            yield from _walk(child, inner, (*above, id(child)))
        seen.add(name)


def _children(node: Node) -> Iterator[tuple[str, Node, Node]]:
    """Yield the name, the place and the node of each child; a key that is no word has the name ""."""
    if isinstance(node, SequenceNode):
        for number, child in enumerate(node.value):
            yield str(number), child, child
    elif isinstance(node, MappingNode):
        for at, child in node.value:
            yield at.value if isinstance(at, ScalarNode) else "", at, child
