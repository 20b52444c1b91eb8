"""Hostile and damaged zips: each is refused with a reason, nothing of it is kept, no file is written elsewhere."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import time
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest

from tests.intake.bundles import LOG, Entry, HandmadeZip, make_zip

if TYPE_CHECKING:
    from pathlib import Path

    from tests.intake.conftest import Refusing

LINK, PIPE, SOCKET, DEVICE = 0o120777, 0o010644, 0o140755, 0o020644
MIB = 1 << 20
BIG = b"a" * (3 * MIB)


def one(**wrong: object) -> HandmadeZip:
    """A zip of one member, one thing of it wrong, and an ordinary one beside it."""
    return HandmadeZip([Entry(name=b"notes.txt", data=b"some notes\n"), Entry(**wrong)])  # type: ignore[arg-type]


def named(name: bytes) -> HandmadeZip:
    return one(name=name)


def inner_zip() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as target:
        target.writestr("a.txt", "text")
    return held.getvalue()


def inner_tar() -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as target:
        info = tarfile.TarInfo("a.txt")
        info.size = 4
        target.addfile(info, io.BytesIO(b"text"))
    return held.getvalue()


def overlapping_quine() -> HandmadeZip:
    """Many names for the bytes of one member, as in a zip bomb without nesting."""
    first = Entry(name=b"a0.txt", data=b"x" * 10_000)
    return HandmadeZip([first, *(Entry(name=b"a%d.txt" % n, data=b"x" * 10_000, offset=0) for n in range(1, 50))])


def half_overlap() -> HandmadeZip:
    first = Entry(name=b"a.txt", data=b"x" * 5000, method=0)
    return HandmadeZip([first, Entry(name=b"b.txt", data=b"y" * 50, offset=20)])


def member_in_member() -> HandmadeZip:
    """A second member whose whole header and bytes lie inside the first one's stored bytes."""
    hidden = HandmadeZip([Entry(name=b"b.txt", data=b"y")])
    header = hidden._member(hidden.entries[0])
    outer = Entry(name=b"a.txt", data=header + b"rest", method=0)
    return HandmadeZip([outer, Entry(name=b"b.txt", data=b"y", offset=30 + 5)])


CASES: dict[str, tuple[HandmadeZip, str]] = {
    # where a member wants to go
    "absolute path": (named(b"/etc/passwd.txt"), "bad-name"),
    "upward path": (named(b"../x.txt"), "bad-name"),
    "upward in the middle": (named(b"a/../../x.txt"), "bad-name"),
    "upward at the end": (named(b"a/.."), "bad-name"),
    "upward folder": (one(name=b"../", data=b"", mode=0o040755), "bad-name"),
    "drive letter": (named(b"C:/x.txt"), "bad-name"),
    "drive letter alone": (named(b"C:x.txt"), "bad-name"),
    "backslash": (named(b"a\\x.txt"), "bad-name"),
    "backslash upward": (named(b"..\\x.txt"), "bad-name"),
    "share": (named(b"\\\\host\\x.txt"), "bad-name"),
    "double slash": (named(b"//host/x.txt"), "bad-name"),
    "empty part": (named(b"a//x.txt"), "bad-name"),
    "dot part": (named(b"./x.txt"), "bad-name"),
    "dot only": (named(b"."), "bad-name"),
    "no name": (named(b""), "bad-name"),
    "slash only": (named(b"/"), "bad-name"),
    "line end in the name": (named(b"a\nx.txt"), "bad-name"),
    "escape in the name": (named(b"a\x1b[31m.txt"), "bad-name"),
    "right-to-left override": (named("a\u202etxt.exe".encode()), "bad-name"),
    "name cut by a NUL": (named(b"a.txt\0.png"), "header-mismatch"),
    "name too long": (named(b"a/" * 600 + b"x.txt"), "bad-name"),
    "name not UTF-8": (named(b"a\xff.txt"), "archive-damaged"),
    "name not marked as UTF-8": (one(name="é.txt".encode(), flags=0), "bad-name"),
    # two of one name
    "equal names": (HandmadeZip([Entry(), Entry(data=b"other\n")]), "duplicate-name"),
    "equal but for the Unicode form": (
        HandmadeZip([Entry(name="\u00e9.txt".encode()), Entry(name="e\u0301.txt".encode())]),
        "duplicate-name",
    ),
    "a file and a folder": (HandmadeZip([Entry(name=b"a"), Entry(name=b"a/b.txt")]), "duplicate-name"),
    "a file and a folder entry": (
        HandmadeZip([Entry(name=b"a"), Entry(name=b"a/", data=b"", mode=0o040755)]),
        "duplicate-name",
    ),
    # not a file
    "link": (one(data=b"/etc/passwd", mode=LINK), "link"),
    "link inside": (one(data=b"notes.txt", mode=LINK), "link"),
    "pipe": (one(mode=PIPE), "special-file"),
    "socket": (one(mode=SOCKET), "special-file"),
    "device": (one(mode=DEVICE), "special-file"),
    "folder mode on a file": (one(mode=0o040755), "special-file"),
    "folder with bytes": (one(name=b"a/", data=b"hidden"), "header-mismatch"),
    # encryption
    "encrypted": (one(flags=0x801), "encrypted"),
    "encrypted in its own header only": (one(local_flags=0x801), "header-mismatch"),
    "strong encryption": (one(flags=0x841), "encrypted"),
    "masked headers": (one(flags=0x2800), "encrypted"),
    "AES": (one(method=99, data=b"x"), "encrypted"),
    # methods
    "bzip2": (one(method=12, data=b"BZh9"), "method"),
    "LZMA": (one(method=14, data=b"x"), "method"),
    "zstd": (one(method=93, data=b"x"), "method"),
    "unknown method": (one(method=77, data=b"x"), "method"),
    "another method in its own header": (one(local_method=0), "header-mismatch"),
    # sizes
    "bomb": (one(data=bytes(30 * MIB)), "ratio"),
    "bomb of letters": (one(data=BIG), "ratio"),
    "bomb that lies about its size": (one(data=bytes(30 * MIB), size=1000, crc=0), "archive-damaged"),
    "stored with two sizes": (one(method=0, size=5 * MIB), "header-mismatch"),
    "size too large": (one(data=b"text\n", size=900_000), "changed"),
    "its own header has another size": (one(local_size=4), "header-mismatch"),
    "its own header has another packed size": (one(local_packed_size=1), "header-mismatch"),
    # bytes shared or hidden
    "many names for the same bytes": (overlapping_quine(), "header-mismatch"),
    "overlap by half": (half_overlap(), "header-mismatch"),
    "member in a member": (member_in_member(), "overlap"),
    "two entries, one place": (
        HandmadeZip([Entry(name=b"a.txt"), Entry(name=b"a2.txt", local_name=b"a.txt", offset=0)]),
        "header-mismatch",
    ),
    "packed size runs into the next": (one(packed_size=30, local_packed_size=30), "overlap"),
    "bytes before the first member": (HandmadeZip([Entry()], prefix=b"PK\x03\x04hidden bytes"), "hidden-bytes"),
    "bytes before the directory": (HandmadeZip([Entry()], gap=b"hidden bytes that nobody lists"), "hidden-bytes"),
    "a member that the directory does not list": (
        HandmadeZip([Entry()], gap=HandmadeZip._member(HandmadeZip(), Entry(name=b"b.txt"))),
        "hidden-bytes",
    ),
    "two zips, one after the other": (HandmadeZip([Entry()], prefix=inner_zip()), "hidden-bytes"),
    "another name in its own header": (one(local_name=b"b.txt"), "header-mismatch"),
    "another checksum in its own header": (one(local_crc=1), "header-mismatch"),
    "no header at its place": (one(signature=b"PK\x01\x02"), "header-mismatch"),
    "place beyond the file": (one(offset=10_000_000), "header-mismatch"),
    # damage
    "wrong checksum": (one(crc=1), "archive-damaged"),
    "bytes that are no deflate": (one(packed=b"\xff\xff\xff\xff\xff"), "archive-damaged"),
    "deflate cut short": (one(data=LOG.encode(), packed=zlib.compress(LOG.encode())[2:20]), "archive-damaged"),
    "wrong number of entries": (HandmadeZip([Entry()], count=0, directory_size=0), "hidden-bytes"),
    "directory beyond the file": (HandmadeZip([Entry()], directory_offset=10_000_000), "header-mismatch"),
    "directory larger than the file": (HandmadeZip([Entry()], directory_size=900_000), "archive-damaged"),
    "bytes after the end": (HandmadeZip([Entry()], tail=b"x" * 70_000), "archive-damaged"),
    "no members": (HandmadeZip([]), "empty"),
    "folders only": (HandmadeZip([Entry(name=b"a/", data=b"", mode=0o040755)]), "empty"),
    # what is inside
    "zip in the zip": (one(name=b"logs.csv", data=inner_zip()), "media"),
    "zip in the zip, packed": (one(name=b"logs.csv.gz", data=gzip.compress(inner_zip())), "media"),
    "tar in the zip": (one(name=b"logs.csv", data=inner_tar()), "media"),
    "tar.gz in the zip": (one(name=b"logs.gz", data=gzip.compress(inner_tar())), "media"),
    "gzip in gzip": (one(name=b"logs.csv.gz", data=gzip.compress(gzip.compress(b"text"))), "media"),
    "tip.toml one folder down": (HandmadeZip([Entry(name=b"tip/tip.toml")]), "declaration-not-at-top"),
}


def test_there_are_at_least_sixty_of_them() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize("case", CASES)
def test_a_hostile_zip_is_refused_with_its_reason_and_nothing_is_kept(
    case: str, refused: Refusing, tmp_path: Path
) -> None:
    made, code = CASES[case]
    outside = sorted(path.name for path in tmp_path.parent.iterdir())
    path = made.write(tmp_path / "bundle.zip")
    told, found = refused(path)
    assert (found, bool(told)) == (code, True)
    assert sorted(path.name for path in tmp_path.parent.iterdir()) == outside
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bundle.zip", "workspace"]


def test_too_many_members_are_refused(refused: Refusing, tmp_path: Path) -> None:
    made = HandmadeZip([Entry(name=b"%d.txt" % number) for number in range(10_001)])
    assert refused(made.write(tmp_path / "b.zip"))[1] == "too-many-members"


def test_a_directory_of_very_many_entries_is_refused_before_it_is_read(refused: Refusing, tmp_path: Path) -> None:
    entry = HandmadeZip._directory_entry(HandmadeZip(), Entry(), 0)
    body = entry * (18 * MIB // len(entry))
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(body), 0, 0)
    path = tmp_path / "b.zip"
    path.write_bytes(b"PK\x03\x04" + body + end)
    assert refused(path)[1] == "too-many-members"


def test_a_truncated_zip_is_refused_at_every_cut(refused: Refusing, tmp_path: Path) -> None:
    whole = make_zip(tmp_path / "whole.zip", {"a.log": LOG.encode()}).read_bytes()
    for length in range(0, len(whole), 7):
        path = tmp_path / "cut.zip"
        path.write_bytes(whole[:length])
        assert refused(path)[1] in {"not-a-bundle", "archive-damaged", "empty"}


def test_what_is_no_zip_is_no_bundle(refused: Refusing, tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    for data in (
        b"",
        b"text",
        inner_tar(),
        b"Rar!\x1a\x07\0",
        gzip.compress(inner_zip()),
        b"\xff\xd8\xff\xe0" + inner_zip(),
    ):
        path.write_bytes(data)
        assert refused(path)[1] == "not-a-bundle"


def test_an_ordinary_zip_with_folder_entries_descriptors_and_a_comment_is_taken(
    workspace: Path, tmp_path: Path
) -> None:
    from leadline.stages.intake.receive import receive

    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        target.mkdir("logs")
        target.comment = b"from the provider"
        with target.open("logs/\u00e4.log", "w", force_zip64=True) as member:
            member.write(LOG.encode())
    raw = io.BytesIO()

    class Unseekable(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: object) -> int:
            raise OSError

        def tell(self) -> int:
            raise OSError

        def write(self, data: object) -> int:
            return raw.write(data)  # type: ignore[arg-type]

    with zipfile.ZipFile(Unseekable(), "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("notes.txt", "some notes\n")
    (tmp_path / "c.zip").write_bytes(raw.getvalue())
    assert [file.path for file in receive(workspace, path).manifest.files] == ["logs/\u00e4.log"]
    assert [file.path for file in receive(workspace, tmp_path / "c.zip").manifest.files] == ["notes.txt"]


def test_names_that_differ_in_case_only_are_two_files(workspace: Path, tmp_path: Path) -> None:
    from leadline.stages.intake.receive import receive

    path = make_zip(tmp_path / "b.zip", {"a.txt": b"one\n", "A.txt": b"two\n"})
    assert [file.path for file in receive(workspace, path).manifest.files] == ["A.txt", "a.txt"]


def test_a_damaged_member_can_be_left_out(workspace: Path, tmp_path: Path) -> None:
    from leadline.stages.intake.receive import receive

    path = one(name=b"a.txt", crc=1).write(tmp_path / "b.zip")
    answer = receive(workspace, path, leave_out=("a.txt",))
    assert [file.path for file in answer.manifest.files] == ["notes.txt"]
    assert "damaged" in answer.manifest.left_out[0].reason


@pytest.mark.parametrize("case", ["bomb", "bomb that lies about its size"])
def test_a_bomb_is_not_unpacked_to_its_end(case: str, refused: Refusing, tmp_path: Path) -> None:
    path = CASES[case][0].write(tmp_path / "b.zip")
    began = time.process_time()
    refused(path)
    assert time.process_time() - began < 20
