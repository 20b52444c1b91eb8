"""Every format of hash sets keeps its promise: what its own examples say comes out, and hostile files do not get in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leadline.errors import InputRefused
from leadline.reading.bounded import Bounded
from leadline.reference.hashsets.contract import FORMATS, Category, Example, HashSetFormat, Tally
from leadline.reference.hashsets.standing import STANDINGS, standing_of

if TYPE_CHECKING:
    from pathlib import Path

JUNK = [b"\x00" * 5000, b"{" * 5000, b"<" * 5000, b"\xff\xfe" + b"a\x00" * 100, b"[" * 100_000]
CASES = [(form, example) for form in FORMATS.all() for example in form.examples]


def written(folder: Path, example: Example) -> Path:
    path = folder / "set"
    if isinstance(example.contents, bytes):
        path.write_bytes(example.contents)
    else:
        example.contents(path)
    return path


@pytest.mark.parametrize(("form", "example"), CASES, ids=[f"{f.name}: {e.name}" for f, e in CASES])
def test_an_example_gives_what_it_says(form: HashSetFormat, example: Example, tmp_path: Path) -> None:
    path, tally = written(tmp_path, example), Tally()
    if example.records is None:
        with pytest.raises(InputRefused):
            list(form.read(path, tally))
        return
    assert tuple(form.read(path, tally)) == example.records
    assert sum(tally.refused.values()) == example.refused
    assert tally.rows >= len(example.records)


@pytest.mark.parametrize("form", FORMATS.all(), ids=lambda form: form.name)
def test_a_format_has_good_and_bad_examples(form: HashSetFormat) -> None:
    assert [e for e in form.examples if e.records]
    assert [e for e in form.examples if e.records is None]


@pytest.mark.parametrize("form", FORMATS.all(), ids=lambda form: form.name)
@pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
def test_junk_is_refused_in_words(form: HashSetFormat, junk: bytes, tmp_path: Path) -> None:
    path = tmp_path / "junk"
    path.write_bytes(junk)
    with pytest.raises(InputRefused):
        list(form.read(path, Tally()))


def test_a_record_without_an_end_is_refused_before_it_fills_memory() -> None:
    class Endless:
        def read(self, size: int) -> bytes:
            return b"a" * size

    stream = Bounded(Endless(), where="x", most=1 << 20)  # type: ignore[arg-type]
    with pytest.raises(InputRefused, match="longer than 1 MiB"):
        list(iter(lambda: stream.read(1 << 16), b""))


def test_only_software_sets_make_a_file_ignorable_whatever_a_code_says() -> None:
    benign = Category("project-vic", "", "1.2", "8")
    assert STANDINGS[standing_of(benign, role="listed")] == "not-pertinent"
    assert STANDINGS[standing_of(Category("nsrl", "", "RDSv3", "software"), role="listed")] == "unverified"
    assert STANDINGS[standing_of(benign, role="ignorable")] == "ignorable"


def test_a_code_means_nothing_without_its_scheme_and_country() -> None:
    def standing(*key: str) -> str:
        return STANDINGS[standing_of(Category(*key), role="listed")]

    assert standing("project-vic", "US", "2.0", "0") == "not-pertinent"
    assert standing("project-vic", "", "1.3", "0") == "unverified"
    assert standing("project-vic", "UK", "2.0", "1") == "unverified"
    assert standing("project-vic", "US", "2.0", "1") == "listed"
    assert standing("project-vic", "US", "2.0", "") == "no-verdict"


def test_the_published_header_of_icse_lists_is_read(tmp_path: Path) -> None:
    about_people = "Victim identified;Off" + "ender identified"
    head = f"MD5;SHA1;PhotoDNA;Image ID;Is distributed;{about_people};Series name"
    path = tmp_path / "icse.csv"
    path.write_text(
        f"{head};Number of submissions;File Available;Media Type;Baseline\n{'a' * 32};;;7;;;;;3;Yes;Image;Yes\n"
    )
    (record,) = FORMATS.get("icse").read(path, Tally())
    assert (record.md5, record.category.code) == ("a" * 32, "yes")
