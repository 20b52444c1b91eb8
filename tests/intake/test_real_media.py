"""Media that programs made, in every wrapping: refused, and no piece of them is stored anywhere."""

from __future__ import annotations

import base64
import random
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from leadline.errors import InputRefused
from leadline.reading.media import MediaScan
from leadline.stages.intake.receive import receive
from tests.intake.bundles import FILES, LOG, make_folder
from tests.intake.real_media import KINDS, WRAPPINGS, media, pieces_of, stored_bytes

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("PIL", reason="Pillow is not installed")
pytest.importorskip("av", reason="the extra `devices` is not installed")


@pytest.mark.parametrize(("number", "wrapping"), list(enumerate(WRAPPINGS)), ids=list(WRAPPINGS))
def test_a_real_media_file_is_refused_and_no_piece_of_it_is_kept(
    number: int, wrapping: str, workspace: Path, tmp_path: Path
) -> None:
    path, wrap = WRAPPINGS[wrapping]
    name, data = media(number)
    bundle = make_folder(tmp_path / "bundle", FILES | {path.format(name=name): wrap(data)})
    with pytest.raises(InputRefused):
        receive(workspace, bundle)
    stored = [form for file in workspace.rglob("*") if file.is_file() for form in stored_bytes(file.read_bytes())]
    assert not [piece for piece in pieces_of(data) for form in stored if piece in form]


def found(text: bytes) -> str:
    scan = MediaScan()
    scan.see(text)
    return scan.found


@pytest.mark.parametrize("kind", KINDS)
def test_base64_of_every_kind_is_seen_in_one_piece_and_in_lines_of_mail(kind: str) -> None:
    _, data = media(KINDS.index(kind))
    assert found(b"user_id,note\nanna," + base64.b64encode(data) + b"\n")
    assert found(b"<file>\n" + base64.encodebytes(data) + b"</file>\n")


@pytest.mark.parametrize("kind", ["ppm", "tga", "pcx"])
def test_pixels_without_a_signature_are_seen_behind_the_lines_of_a_log(kind: str) -> None:
    """Their brightness runs evenly over all bytes: few of them are control characters."""
    for number in range(KINDS.index(kind), 400, len(KINDS)):
        assert found(LOG.encode() * 40 + media(number)[1]), number


def test_text_in_an_old_encoding_is_no_pixels_though_some_control_characters_stand_in_it() -> None:
    for encoding, words in (
        ("cp1251", "Привет, это журнал "),
        ("gb18030", "这是一个日志文件 "),
        ("shift_jis", "記録です "),
    ):
        line = words.encode(encoding) * 4 + b" \x01 GET / HTTP/1.1\n"
        assert found(line * 200) == "", encoding


def test_tokens_digests_paths_and_probes_are_not_taken_for_media() -> None:
    chance = random.Random(3)
    token = base64.urlsafe_b64encode(chance.randbytes(3000))
    digests = b"\n".join(sha256(b"%d" % at).hexdigest().encode() for at in range(1000))
    names = b"\n".join(base64.urlsafe_b64encode(chance.randbytes(16)).rstrip(b"=") for _ in range(1000))
    in_base64 = b"\n".join(base64.b64encode(sha256(b"%d" % at).digest()) for at in range(1000))
    for text in (token, digests, digests.upper(), names, in_base64, b"A" * 20_000, b"/" * 20_000, b"/abc/def" * 5_000):
        assert found(b"GET /x?y=" + text + b" HTTP/1.1\n") == found(text) == "", text[:40]
