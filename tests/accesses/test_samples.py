"""Real logs are read, and refuse exactly the lines that they must."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leadline.reading.formats import LOG_FORMATS
from tests.accesses.world import Log, read

if TYPE_CHECKING:
    from pathlib import Path

LOGS = [
    ("elastic_apache_combined.log", "combined", 10_000, [(8_899, "truncated")]),
    ("plaso_apache_access.log", "combined", 15, [(8, "truncated"), *((n, "not-the-format") for n in range(9, 15))]),
    ("plaso_aws_elb_access.log", "elb", 16, [(15, "not-the-format"), (16, "not-the-format")]),
    ("plaso_iis7_owa.log", "w3c", 3, []),
    ("plaso_iis10.log", "w3c", 1, []),
    ("awsdocs_cloudfront.log", "cloudfront", 6, []),
    ("awsdocs_s3_access.log", "s3", 5, []),
]


@pytest.mark.samples
@pytest.mark.parametrize(("name", "form", "lines", "refused"), LOGS, ids=[log[0] for log in LOGS])
def test_a_real_log_is_read(
    name: str, form: str, lines: int, refused: list[tuple[int, str]], samples: Path, tmp_path: Path
) -> None:
    found = read(tmp_path, Log((samples / "weblogs" / name).read_bytes(), form))
    assert found.refused == refused
    assert (found.tally["lines"], found.tally["accesses"]) == (lines, lines - len(refused))


@pytest.mark.samples
@pytest.mark.parametrize(("name", "form"), [log[:2] for log in LOGS], ids=[log[0] for log in LOGS])
def test_the_format_of_a_real_log_is_recognised(name: str, form: str, samples: Path) -> None:
    lines = (samples / "weblogs" / name).read_text("utf-8").splitlines()[:50]
    points = {one.name: one.recognises(lines) for one in LOG_FORMATS.all()}
    assert max(points, key=lambda one: points[one]) == form
    assert points[form] >= 45
