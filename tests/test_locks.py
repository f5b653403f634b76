"""The locks answer what pyproject.toml asks, and hold no address."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_ROOT = Path(__file__).parent.parent
_PROJECT = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))
_RUNTIME = (*_PROJECT["project"]["dependencies"], *_PROJECT["project"]["optional-dependencies"]["teams"])


def _lock(name: str) -> str:
    return (_ROOT / name).read_text(encoding="utf-8")


def _pins(lock: str) -> Iterator[Requirement]:
    for line in re.findall(r"^(\S+==.*?) \\$", lock, flags=re.MULTILINE):
        yield Requirement(line)


def _versions(lock: str) -> dict[str, str]:
    """Return the version of every package that this machine would install."""
    here = {key: str(value) for key, value in default_environment().items()}
    return {
        canonicalize_name(pin.name): next(iter(pin.specifier)).version
        for pin in _pins(lock)
        if pin.marker is None or pin.marker.evaluate(here)
    }


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("requirements.lock", (*_RUNTIME, *_PROJECT["dependency-groups"]["dev"])),
        ("requirements-runtime.lock", _RUNTIME),
    ],
)
def test_a_lock_answers_everything_that_is_asked(name: str, asked: tuple[str, ...]) -> None:
    versions = _versions(_lock(name))
    unanswered = [
        each
        for each in map(Requirement, asked)
        if not each.specifier.contains(versions.get(canonicalize_name(each.name), "0"))
    ]
    assert not unanswered, "make lock"


def test_the_image_gets_what_was_tested() -> None:
    tested = set(map(str, _pins(_lock("requirements.lock"))))
    assert set(map(str, _pins(_lock("requirements-runtime.lock")))) <= tested


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-runtime.lock"])
def test_a_lock_holds_a_hash_for_everything_and_no_address(name: str) -> None:
    lock = _lock(name)
    blocks = re.split(r"^(?=\S+==)", lock, flags=re.MULTILINE)[1:]
    assert blocks
    assert all("--hash=sha256:" in block for block in blocks)
    assert not re.search(r"://|--(extra-)?index-url|--find-links", lock)
