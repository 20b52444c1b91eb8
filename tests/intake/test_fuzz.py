"""Random damage to zips and declarations: refused in our words or read whole, never a crash."""

from __future__ import annotations

import io
import random
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadline.errors import InputRefused
from leadline.facts.engine import Engine
from leadline.stages.intake.bundle import open_bundle
from leadline.stages.intake.declaration import Declaration, read_declaration
from tests.intake.bundles import FILES, TIP

if TYPE_CHECKING:
    from pathlib import Path


def whole_zip() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in FILES.items():
            target.writestr(name, data)
    return held.getvalue()


def read_all(path: Path) -> dict[str, bytes] | None:
    """Every member's bytes, or None where the bundle is refused."""
    found = {}
    try:
        with open_bundle(path) as bundle:
            for member in bundle.members:
                with bundle.open(member) as stream:
                    found[member.path] = b"".join(iter(lambda: stream.read(4096), b""))
    except InputRefused as error:
        refused = error
    else:
        return found
    assert refused.advice
    return None


def test_a_zip_with_a_few_changed_bytes_is_refused_or_read_whole(tmp_path: Path) -> None:
    chance, whole, path = random.Random(5), whole_zip(), tmp_path / "b.zip"
    outcomes = {"refused": 0, "whole": 0}
    for _ in range(1500):
        hurt = bytearray(whole)
        for _ in range(chance.choice([1, 1, 2, 5])):
            hurt[chance.randrange(len(hurt))] = chance.randrange(256)
        path.write_bytes(bytes(hurt))
        found = read_all(path)
        outcomes["refused" if found is None else "whole"] += 1
        assert found is None or sorted(found.values()) == sorted(FILES.values())
    assert min(outcomes.values()) > 20


def test_a_zip_with_bytes_taken_out_or_put_in_is_refused_or_read_whole(tmp_path: Path) -> None:
    chance, whole, path = random.Random(6), whole_zip(), tmp_path / "b.zip"
    for _ in range(600):
        place, length = chance.randrange(len(whole)), chance.randrange(1, 40)
        hurt = whole[:place] + (
            whole[place + length :] if chance.random() < 0.5 else chance.randbytes(length) + whole[place:]
        )
        path.write_bytes(hurt)
        found = read_all(path)
        assert found is None or sorted(found.values()) == sorted(FILES.values())


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return Engine(spill=tmp_path_factory.mktemp("spill"), threads=1, memory_mb=128)


def answer(text: str, engine: Engine) -> Declaration | InputRefused:
    try:
        return read_declaration(text.encode(), paths=set(FILES), formats=("combined",), engine=engine)
    except InputRefused as error:
        refused = error
    assert refused.advice
    assert refused.where.startswith("tip.toml")
    return refused


MARKS = "\n| = |[[file]]\n|[tip]\n|[file.columns]\n|[[file.request]]\n|'|\"|[|]|{|}|true|0x1f|inf|path|kind|zone|#|\\"
WORDS = st.sampled_from([*TIP.split(), *MARKS.split("|"), "1979-05-27", "07:32:00", "\u202e", "(?P<object>x)*"])


@settings(max_examples=400, deadline=None)
@given(words=st.lists(WORDS, max_size=25), place=st.integers(0, len(TIP)), whole=st.booleans())
def test_any_declaration_is_read_or_refused_with_advice(
    words: list[str], place: int, whole: bool, engine: Engine
) -> None:
    text = TIP[:place] + "".join(words) + TIP[place:] if whole else "".join(words)
    assert isinstance(answer(text, engine), Declaration | InputRefused)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="(?P<object>)[]*+{}\\|^$.,:=!ab09QE-", max_size=30))
def test_any_pattern_is_compiled_or_refused_with_advice(engine: Engine, pattern: str) -> None:
    escaped = pattern.replace("\\", "\\\\").replace('"', '\\"')
    text = (
        f'[[file]]\npath = "logs/access.log"\n[[file.request]]\nmethod = "GET"\npath = "{escaped}"\naction = "view"\n'
    )
    stated = answer(text, engine)
    if isinstance(stated, Declaration):
        (request,) = stated.files["logs/access.log"].requests
        engine.rows("select regexp_extract('/o/a', '^(?:' || $pattern || ')$', 1) as x", {"pattern": request.path})
