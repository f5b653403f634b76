"""What the pages are made of: static files, held in memory under addresses that change with them, and templates."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

HERE = Path(__file__).parent

_MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
_NAMED = re.compile(r'url\("([^":/]+)"\)')


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file, held in memory; `version` changes with its content."""

    content: bytes
    media_type: str
    version: str


def load_assets(directory: Path = HERE / "static") -> Mapping[str, Asset]:
    """Read the static files; a style sheet names others by the address that changes with them. Blocking."""
    files = {path.name: path.read_bytes() for path in sorted(directory.iterdir()) if path.suffix in _MEDIA_TYPES}
    for name in [name for name in files if name.endswith(".css")]:
        sheet = files[name].decode()
        files[name] = _NAMED.sub(lambda found: f'url("{_address(found[1], files[found[1]])}")', sheet).encode()
    return {name: Asset(content, _MEDIA_TYPES[Path(name).suffix], _version(content)) for name, content in files.items()}


def _version(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def _address(name: str, content: bytes) -> str:
    """Where a static file is, for ever as it is now."""
    return f"/static/{name}?v={_version(content)}"


def load_templates(assets: Mapping[str, Asset], directory: Path = HERE / "templates") -> Environment:
    """Read and compile the templates. Blocking; nothing is read after this."""
    sources = {path.name: path.read_text(encoding="utf-8") for path in directory.glob("*.html")}
    environment = Environment(
        loader=DictLoader(sources),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    addresses = {name: _address(name, asset.content) for name, asset in assets.items()}
    environment.globals["asset"] = addresses.__getitem__
    environment.globals["initials"] = lambda name: "".join(part[0] for part in (name.split()[0], name.split()[-1]))
    environment.globals["drawn"] = lambda name: Markup(assets[name].content.decode())  # noqa: S704 -- our own drawings
    for name in sources:
        environment.get_template(name)
    return environment
