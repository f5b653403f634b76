"""The garbage collector around the start of a program, most of which stays for good once it is loaded."""

from __future__ import annotations

import gc


def hold() -> None:
    """Let the collector wait until `settle`.

    While modules and texts are loaded nothing can be thrown away yet, and looking for it takes a fifth of the time
    (the sandbox from its start to its first page, Python 3.11, 2026-11).
    """
    gc.disable()


def settle() -> None:
    """Let the collector go on, and leave alone what is there now, once everything is loaded.

    It lives as long as the process. Looking through it all, about once a second under load, holds up everyone for 75 ms
    (measured with tests.bench.slack_answers, Python 3.11, two cores).
    """
    gc.enable()
    gc.collect()
    gc.freeze()
