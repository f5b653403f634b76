"""Fetches from npm into build/ what stands in for Slack, and checks that it is what was pinned.

    python -m tests.e2e.slack.fetch

prints where it is, as settings of the environment: the program local-slack, and the folder with emulate and its Node.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

VERSION = "0.1.8"
PACKAGES = {
    "linux": (
        "local-slack-linux-x64",
        "2BCTKxKajjZNWCSCj66Jq5VDScUDNpGZ1lA3281I8RvpDE4/ULCwC26TlcW6/4sPbSTs02Q3KjTiltJp3ZBEvg==",
    ),
}
"""The package of each kind of machine, with the SHA-512 of its archive."""

FOLDER = Path(__file__).parents[3] / "build" / "e2e" / "slack"
EMULATE = Path(__file__).parents[3] / "build" / "e2e" / "emulate"
LOCK = Path(__file__).with_name("emulate")
PROGRAM = FOLDER / f"local-slack-{VERSION}"


def main() -> None:
    """Fetch it where it is not there yet. Exits with 1 where it cannot be had, or is another."""
    if shutil.which("npm") is None:
        sys.exit("npm is needed to fetch what stands in for Slack, and is not installed.")
    if not PROGRAM.exists():
        package = PACKAGES.get(sys.platform)
        if package is None:
            sys.exit(f"There is no local-slack for {sys.platform} here.")
        _fetch(*package)
    if not (EMULATE / "node_modules").exists():
        _install_emulate()
    print(f"RUIMTE_E2E_SLACK={PROGRAM} RUIMTE_E2E_EMULATE={EMULATE}")  # noqa: T201 -- what the Makefile reads


def _fetch(name: str, digest: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    packed = subprocess.run(
        ["npm", "pack", "--silent", f"{name}@{VERSION}"], cwd=FOLDER, capture_output=True, text=True, check=False
    )
    if packed.returncode:
        sys.exit(f"npm could not fetch {name}@{VERSION}: {packed.stderr.strip()}")
    archive = FOLDER / packed.stdout.split()[-1]
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != digest:
        sys.exit(f"{name}@{VERSION} is not what was pinned: its SHA-512 is {found}")
    with tarfile.open(archive) as content:
        program = content.extractfile("package/bin/local-slack")
        if program is None:
            sys.exit(f"{name}@{VERSION} has no program in it")
        PROGRAM.write_bytes(program.read())
    PROGRAM.chmod(0o755)
    archive.unlink()


def _install_emulate() -> None:
    """Install what the lock beside this file names, by its hashes."""
    EMULATE.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(LOCK / name, EMULATE / name)
    done = subprocess.run(["npm", "ci", "--silent"], cwd=EMULATE, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"npm could not install emulate: {done.stderr.strip()}")


if __name__ == "__main__":
    main()
