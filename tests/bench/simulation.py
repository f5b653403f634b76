"""Measures `ruimte simulate`: how long 200 people take, and how much memory many take."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from adapters.company.roster import ANSWERS_FILE

_CHILD = """
import json, resource, sys
from adapters.cli.main import app
try:
    app(sys.argv[1:])
except SystemExit as ended:
    assert not ended.code, ended.code
print(json.dumps(round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)))
"""


def measure(people: int, *, days: int = 28) -> dict[str, Any]:
    """Play a change with so many people, in a process of its own; its numbers, and its peak memory in MB."""
    with tempfile.TemporaryDirectory() as folder:
        options = {
            "--answers": str(ANSWERS_FILE),
            "--database": f"sqlite:///{Path(folder, 'ruimte.db')}",
            "--keys": str(Path(folder, "keys")),
            "--people": str(people),
            "--days": str(days),
        }
        words = [word for option in options.items() for word in option]
        command = (sys.executable, "-c", _CHILD, "simulate", *words)
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    *_, outcome, peak = done.stdout.splitlines()
    return {**json.loads(outcome), "peak_mb": json.loads(peak)}
