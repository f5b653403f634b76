"""A page of paper: a title, sections with lines, as Markdown and as one HTML file that prints well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup, escape

from bot.ids import Language

STYLE = """
:root { color-scheme: light; }
body { font: 11pt/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; color: #17302b;
       max-width: 42rem; margin: 2rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.7rem; line-height: 1.15; margin: 0 0 .75rem; }
h2 { font-size: 1.1rem; margin: 1.4rem 0 .35rem; color: #14524a; break-after: avoid; }
ul { margin: 0; padding-left: 1.2rem; }
li { margin: .22rem 0; break-inside: avoid; }
p { margin: .4rem 0; }
code { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .92em; }
footer { margin-top: 1.6rem; padding-top: .5rem; border-top: 1px solid #dbe0d8; color: #536660; font-size: .9rem; }
@page { size: A4; margin: 14mm 17mm; }
@media print { body { font-size: 9.8pt; line-height: 1.35; margin: 0; padding: 0; max-width: none; }
               h1 { font-size: 1.5rem; margin-bottom: .5rem; }
               h2 { margin: .6rem 0 .2rem; font-size: 1rem; }
               li { margin: .12rem 0; }
               footer { margin-top: .8rem; } }
"""

_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with lines under it."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """One page. `foot` says where it comes from; a piece between backticks is something to type."""

    language: Language
    title: str
    intro: tuple[str, ...]
    sections: tuple[Section, ...]
    foot: str


def markdown(paper: Paper) -> str:
    """Write it as Markdown. What came from a file or a setting cannot become more than text."""
    return "\n".join(_markdown_lines(paper)) + "\n"


def _markdown_lines(paper: Paper) -> Iterator[str]:
    yield f"# {_plain(paper.title)}"
    for text in paper.intro:
        yield ""
        yield _plain(text)
    for section in paper.sections:
        yield ""
        yield f"## {_plain(section.title)}"
        yield ""
        yield from (f"- {_plain(line)}" for line in section.lines)
    yield ""
    yield f"*{_plain(paper.foot)}*"


def _plain(text: str) -> str:
    """Keep it on one line, and its characters from meaning something in Markdown; backticks are ours."""
    return re.sub(r"([\\*_<>\[\]#|])", r"\\\1", " ".join(text.split()))


def html(paper: Paper) -> str:
    """Write it as one HTML file that needs nothing else."""
    sections = Markup("").join(_section(section) for section in paper.sections)
    intro = Markup("").join(Markup("<p>{}</p>\n").format(_inline(text)) for text in paper.intro)
    page = Markup(
        '<!doctype html>\n<html lang="{0}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<title>{1}</title>\n<style>{2}</style>\n</head>\n<body>\n<main>\n<h1>{1}</h1>\n{3}{4}</main>\n"
        "<footer>{5}</footer>\n</body>\n</html>\n"
    )
    return str(page.format(paper.language, paper.title, Markup(STYLE), intro, sections, _inline(paper.foot)))  # noqa: S704 -- our own style


def _section(section: Section) -> Markup:
    lines = Markup("").join(Markup("<li>{}</li>\n").format(_inline(line)) for line in section.lines)
    return Markup("<section>\n<h2>{}</h2>\n<ul>\n{}</ul>\n</section>\n").format(_inline(section.title), lines)


def _inline(text: str) -> Markup:
    """Escape a text, and set what is to be typed apart."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 -- escaped before
