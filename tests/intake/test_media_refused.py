"""Two hundred invented media files in twelve wrappings are offered: none is taken, none is kept."""

from __future__ import annotations

import base64
import gzip
import random
from typing import TYPE_CHECKING

import pytest
import zstandard

from leadline.stages.intake.copying import media_in
from leadline.stages.intake.examination import examine
from tests.intake.bundles import LOG, make_folder, make_zip
from tests.intake.real_media import tarred, zipped
from tests.reading.test_media import SIGNATURES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.intake.conftest import Refusing

CHANCE = random.Random(200)
MEDIA = [
    (f"{number:03d}.{kind}", SIGNATURES[kind] + CHANCE.randbytes(CHANCE.choice([300, 2000, 9000])))
    for number, kind in enumerate(list(SIGNATURES) * 10)
]
"""Signatures of twenty kinds before noise."""


WRAPPINGS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "as it is": ("{name}", lambda data: data),
    "under another name": ("logs/access.log", lambda data: data),
    "gzip": ("accounts.csv.gz", gzip.compress),
    "zstd": ("accounts.csv.zst", zstandard.compress),
    "gzip twice": ("accounts.csv.gz", lambda data: gzip.compress(gzip.compress(data))),
    "zip": ("accounts.csv", zipped),
    "tar.gz": ("accounts.csv.gz", tarred),
    "base64 in JSON lines": (
        "accounts.jsonl",
        lambda data: b'{"account_key": "a", "picture": "' + base64.b64encode(data) + b'"}\n',
    ),
    "base64 in packed CSV": (
        "accounts.csv.gz",
        lambda data: gzip.compress(b"account_key,picture\na," + base64.b64encode(data) + b"\n"),
    ),
    "data URI in HTML": (
        "report.html",
        lambda data: b'<img src="data:image/x;base64,' + base64.b64encode(data) + b'">',
    ),
    "base64 lines in XML": ("report.xml", lambda data: b"<file>\n" + base64.encodebytes(data) + b"</file>\n"),
    "after the lines of a log": ("access.log", lambda data: LOG.encode() * 40 + data),
}


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_two_hundred_media_files_are_all_seen(wrapping: str, tmp_path: Path) -> None:
    path, wrap = WRAPPINGS[wrapping]
    assert len(MEDIA) == 200
    missed = []
    for number, (name, data) in enumerate(MEDIA):
        wrapped = wrap(data)
        target = tmp_path / str(number)
        target.write_bytes(wrapped)
        shown = path.format(name=name)
        if not (media_in(wrapped[: 1 << 16], shown) or examine(target, shown, advance=lambda _: None).media):
            missed.append(name)
    assert missed == []


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@pytest.mark.parametrize("as_zip", [False, True])
def test_a_bundle_with_one_of_them_is_refused_and_nothing_is_kept(
    wrapping: str, as_zip: bool, refused: Refusing, tmp_path: Path
) -> None:
    path, wrap = WRAPPINGS[wrapping]
    name, data = MEDIA[sorted(WRAPPINGS).index(wrapping)]
    files = {"notes.txt": b"some notes\n", path.format(name=name): wrap(data)}
    told, code = refused(make_zip(tmp_path / "b.zip", files) if as_zip else make_folder(tmp_path / "b", files))
    assert code == "media"
    assert path.format(name=name) in told
    assert f"--leave-out {path.format(name=name)}" in told


@pytest.mark.parametrize("wrapping", ["as it is", "under another name", "gzip", "zstd", "zip", "tar.gz"])
def test_what_begins_like_media_is_never_written_even_for_a_moment(
    wrapping: str, refused: Refusing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from leadline.stages.intake import copying

    def never(*arguments: object) -> None:
        raise AssertionError("a copy was written")

    monkeypatch.setattr(copying, "_copied", never)
    path, wrap = WRAPPINGS[wrapping]
    name, data = MEDIA[1]
    refused(make_folder(tmp_path / "b", {path.format(name=name): wrap(data)}))
