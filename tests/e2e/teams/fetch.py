"""Fetches from npm into build/ what stands in for Teams: what the lock beside this file names, by its hashes.

    python -m tests.e2e.teams.fetch

prints where it is, as a setting of the environment. The Playground is under Microsoft's own licence: it is run here,
never copied into the project, and CI does without it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[3] / "build" / "e2e" / "teams"
LOCK = Path(__file__).with_name("clients")
NAMES = ("package.json", "package-lock.json")


def main() -> None:
    """Install it where it is not there yet, or is another. Exits with 1 where it cannot be had."""
    if shutil.which("npm") is None:
        sys.exit("npm is needed to fetch what stands in for Teams, and is not installed.")
    if not _is_there():
        _install()
    print(f"RUIMTE_E2E_TEAMS={FOLDER}")  # noqa: T201 -- what the Makefile reads


def _is_there() -> bool:
    same = all(
        (FOLDER / name).exists() and (FOLDER / name).read_bytes() == (LOCK / name).read_bytes() for name in NAMES
    )
    return same and (FOLDER / "node_modules" / "@microsoft" / "m365agentsplayground").exists()


def _install() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        shutil.copyfile(LOCK / name, FOLDER / name)
    done = subprocess.run(["npm", "ci", "--silent"], cwd=FOLDER, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"npm could not install what stands in for Teams: {done.stderr.strip()}")


if __name__ == "__main__":
    main()
