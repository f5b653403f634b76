"""Measures everything in one run, side by side, and prints one JSON object.

    python -m tests.bench [--all] [FOLDER_WITH_SETS_OF_TEXTS]

`--all` also plays 20,000 people, which takes minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import sys
from os import cpu_count
from pathlib import Path
from typing import Any

from tests.bench import pages, planning, simulation, slack, slack_answers, spool, start, teams, themes, web

MANY = 20_000


def measure(folder: Path | None, *, everything: bool) -> dict[str, Any]:
    """Measure one thing after the other, so that none is in another's way."""
    found: dict[str, Any] = {"machine": {"cores": cpu_count(), "python": platform.python_version()}}
    for name, work in (
        ("start_to_first_answer_s", start.first_answer_s),
        ("pages", pages.measure),
        ("submissions", web.measure),
        ("slack_answers", slack_answers.measure),
        ("slack_delivery", lambda: asyncio.run(slack.measure())),
        ("teams_delivery", lambda: asyncio.run(teams.measure())),
        ("spool_alone", lambda: asyncio.run(spool.measure())),
        ("planning", planning.measure),
        ("simulate_200", lambda: simulation.measure(200)),
        *((("simulate_20000", lambda: simulation.measure(MANY)),) if everything else ()),
        ("themes", lambda: themes.measure(folder)),
        ("peak_mb_of_the_measuring", web.peak_mb),
    ):
        print(f"measuring {name}", file=sys.stderr)
        found[name] = work()
    return found


if __name__ == "__main__":
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--all", action="store_true")
    reader.add_argument("folder", nargs="?", type=Path)
    options = reader.parse_args()
    print(json.dumps(measure(options.folder, everything=options.all), indent=2))
