"""Each reader is fuzzed with inputs that the fuzzer steers by coverage: no crash, no hang, sums hold."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.drill
SECONDS = int(os.environ.get("LEADLINE_FUZZ_SECONDS", "60"))
TARGETS = ("lines", "csv_records", "json_records", "streams", "documents", "detection", "words")


@pytest.mark.parametrize("target", TARGETS)
def test_a_fuzzed_reader_neither_crashes_nor_hangs(
    target: str, repository: Path, tmp_path: Path, drill_figure: Callable[..., None]
) -> None:
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("the fuzzer is not installed: make drill installs it where it has a wheel")
    limits = (f"-max_total_time={SECONDS}", "-timeout=5", "-max_len=4096", f"-artifact_prefix={tmp_path}/")
    command = [sys.executable, "-m", "tests.drills.fuzzing", target, *limits]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, timeout=SECONDS + 120, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    ran = re.findall(r"Done ([0-9]+) runs", done.stderr)
    assert ran
    drill_figure(f"inputs given to {target}", int(ran[-1]))
