"""Measures how long it takes from the start of the sandbox's process to the first page that it answers."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

LIMIT_S = 60.0


def first_answer_s() -> float:
    """Start `ruimte demo` and ask for its first page until it comes; return the seconds."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = Path(sys.executable).with_name("ruimte")
    with tempfile.TemporaryDirectory() as folder:
        started_s = time.perf_counter()
        command = (str(program), "demo", "--port", str(port), "--directory", folder)
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                return round(_until_answered(f"http://127.0.0.1:{port}/", started_s), 2)
            finally:
                process.terminate()


def _until_answered(address: str, started_s: float) -> float:
    while (took_s := time.perf_counter() - started_s) < LIMIT_S:
        with suppress(urllib.error.URLError, ConnectionError), urllib.request.urlopen(address, timeout=5) as page:  # noqa: S310 -- our own
            page.read()
            return time.perf_counter() - started_s
        time.sleep(0.01)
    raise TimeoutError(f"no page after {took_s:.0f} seconds")
