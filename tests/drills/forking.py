"""Commands in processes forked from one that has imported everything: a drill's kills then hit work, not start-up."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

REPOSITORY = Path(__file__).resolve().parents[2]
IMPORTED = ("leadline.cli.tips", "leadline.cli.workspace", "leadline.pipeline", "leadline.inquiry.verify")
LIMIT_SECONDS = 300


class Forks:
    """A process without threads that forks one child for each command line and says how it ended."""

    def __init__(self, said: Path, *, together: bool = False) -> None:
        """``together``: several logs are read at a time however small they are, as large ones are."""
        self._said = said
        # OpenBLAS would start threads, and a process with threads must not fork.
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LEADLINE_")}
        environment = {**kept, "OPENBLAS_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "tests.drills.forking", str(said), *["together"] * together]
        self._server = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY, env=environment
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server.stdin
        assert self._server.stdout
        self._server.stdin.close()
        self._server.wait()
        self._server.stdout.close()

    def run(self, *arguments: str, kill_after: float | None = None) -> int:
        """The exit code of a command line; -9 where it was killed ``kill_after`` seconds on."""
        assert self._server.stdin
        assert self._server.stdout
        self._server.stdin.write(json.dumps({"arguments": arguments, "seconds": kill_after}) + "\n")
        self._server.stdin.flush()
        return int(json.loads(self._server.stdout.readline()))

    def said(self) -> str:
        """What the last command wrote, both streams."""
        return self._said.read_text()


def serve(said: Path, *options: str) -> None:
    """Read command lines, one JSON object a line, until the stream ends."""
    for name in IMPORTED:
        importlib.import_module(name)
    if "together" in options:
        importlib.import_module("leadline.stages.accesses.run").run.__kwdefaults__["alone"] = 0
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if not child:
            _be_the_command(asked["arguments"], said)
        sys.stdout.write(json.dumps(_ended(child, asked["seconds"])) + "\n")
        sys.stdout.flush()


def _be_the_command(arguments: list[str], said: Path) -> None:
    from leadline.cli.main import run

    code = 70
    try:
        target = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        for stream in (1, 2):
            os.dup2(target, stream)
        code = run(arguments)
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
    finally:
        os._exit(code)


def _ended(child: int, seconds: float | None) -> int:
    """The exit code of a child, which is killed after so long."""
    deadline = time.monotonic() + (LIMIT_SECONDS if seconds is None else seconds)
    while time.monotonic() < deadline:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    serve(Path(sys.argv[1]), *sys.argv[2:])
