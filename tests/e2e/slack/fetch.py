"""Fetches the pinned local-slack from npm into build/, and checks that it is the one that was pinned.

    python -m tests.e2e.slack.fetch

prints the path of the program.
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
PROGRAM = FOLDER / f"local-slack-{VERSION}"


def main() -> None:
    """Fetch it where it is not there yet. Exits with 1 where it cannot be had, or is another."""
    if not PROGRAM.exists():
        package = PACKAGES.get(sys.platform)
        if package is None:
            sys.exit(f"There is no local-slack for {sys.platform} here.")
        _fetch(*package)
    print(PROGRAM)  # noqa: T201 -- what the Makefile reads


def _fetch(name: str, digest: str) -> None:
    if shutil.which("npm") is None:
        sys.exit("npm is needed to fetch local-slack, and is not installed.")
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


if __name__ == "__main__":
    main()
