"""Packages: only the named recipient opens one, only what was signed comes out, and a fault leaves nothing behind."""

from __future__ import annotations

import base64
import io
import json
import shutil
import subprocess
import zipfile
from typing import TYPE_CHECKING, Any

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from leadline.errors import IntegrityBroken, LeadlineError, WrongUsage
from leadline.seal.archive import Archive
from leadline.seal.dsse import fingerprint, key_text, opened, parse_key, sign
from leadline.seal.envelope import MANIFEST, SIGNATURE, Checked, Sealed, open_package, read_identities, seal_package
from leadline.seal.received import Received

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ANALYST = Ed25519PrivateKey.from_private_bytes(b"a" * 32)
STRANGER = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
OFFICER = pyrage.x25519.Identity.generate()
ANOTHER = pyrage.x25519.Identity.generate()
FILES = {"leads.csv": b"account_key\nacct-1\n", "requests/nz.csv": b"request_id\n"}


def head(sequence: int = 1) -> dict[str, Any]:
    return {
        "sequence": sequence,
        "sender": {"agency": "OURS", "name": "Example Unit"},
        "recipient": {"agency": "THEIRS", "name": "Example Partner"},
        "handling": {"tlp": "TLP:AMBER"},
    }


def sealed(folder: Path, *, sequence: int = 1, name: str = "one.age") -> Sealed:
    contents = [(path, [data]) for path, data in FILES.items()]
    to = str(OFFICER.to_public())
    return seal_package(head(sequence), contents, key=ANALYST, recipient=to, out=folder / name)


def plain_zip(package: Path) -> dict[str, bytes]:
    data = pyrage.decrypt(package.read_bytes(), [OFFICER])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sealed_by_hand(folder: Path, members: dict[str, bytes], *, to: pyrage.x25519.Identity = OFFICER) -> Path:
    """A package from whoever knows the recipient's public key: everybody."""
    stream = io.BytesIO()
    archive = Archive(stream)
    for name, data in members.items():
        archive.add(name, [data])
    archive.close()
    target = folder / "by-hand.age"
    target.write_bytes(pyrage.encrypt(stream.getvalue(), [to.to_public()]))
    return target


def refused(package: Path, out: Path, identity: pyrage.x25519.Identity = OFFICER) -> str:
    before = sorted(out.parent.iterdir())
    with pytest.raises(IntegrityBroken) as caught:
        open_package(package, [identity], out)
    assert sorted(out.parent.iterdir()) == before, "something was left behind"
    return caught.value.message


def test_the_recipient_gets_exactly_the_files_that_were_signed(tmp_path: Path) -> None:
    package = sealed(tmp_path)
    checked = open_package(package.path, [OFFICER], tmp_path / "out")
    held = {str(p.relative_to(tmp_path / "out")): p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()}
    assert {name: held[name] for name in FILES} == FILES
    assert set(held) == {*FILES, MANIFEST, SIGNATURE}
    assert checked.manifest["files"] == json.loads(held[MANIFEST])["files"]
    assert checked.signed_by == key_text(ANALYST.public_key())


def test_the_same_package_is_the_same_bytes_below_the_encryption(tmp_path: Path) -> None:
    one, two = sealed(tmp_path, name="a.age"), sealed(tmp_path, name="b.age")
    assert pyrage.decrypt(one.path.read_bytes(), [OFFICER]) == pyrage.decrypt(two.path.read_bytes(), [OFFICER])


def test_every_flipped_byte_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    data = sealed(tmp_path).path.read_bytes()
    (tmp_path / "flips").mkdir()
    package = tmp_path / "flipped.age"
    for place in range(len(data)):
        package.write_bytes(data[:place] + bytes([data[place] ^ (1 << place % 8)]) + data[place + 1 :])
        refused(package, tmp_path / "flips" / "out")


def test_every_truncation_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    data = sealed(tmp_path).path.read_bytes()
    (tmp_path / "cuts").mkdir()
    package = tmp_path / "cut.age"
    for length in range(len(data)):
        package.write_bytes(data[:length])
        refused(package, tmp_path / "cuts" / "out")


def test_bytes_behind_the_end_are_refused(tmp_path: Path) -> None:
    package = sealed(tmp_path).path
    with package.open("ab") as stream:
        stream.write(b"x")
    refused(package, tmp_path / "out")


def test_another_identity_cannot_open_it(tmp_path: Path) -> None:
    assert "cannot be decrypted" in refused(sealed(tmp_path).path, tmp_path / "out", ANOTHER)


def test_a_package_sealed_anew_for_somebody_else_is_refused(tmp_path: Path) -> None:
    redirected = sealed_by_hand(tmp_path, plain_zip(sealed(tmp_path).path), to=ANOTHER)
    assert "another recipient" in refused(redirected, tmp_path / "out", ANOTHER)


def test_the_signature_of_another_package_is_refused(tmp_path: Path) -> None:
    members = plain_zip(sealed(tmp_path, name="a.age").path)
    other = plain_zip(sealed(tmp_path, name="b.age", sequence=2).path)
    swapped = sealed_by_hand(tmp_path, {**members, SIGNATURE: other[SIGNATURE]})
    assert "another manifest" in refused(swapped, tmp_path / "out")


def test_a_manifest_signed_by_somebody_else_is_refused(tmp_path: Path) -> None:
    members = plain_zip(sealed(tmp_path).path)
    forged = sealed_by_hand(tmp_path, {**members, SIGNATURE: sign(members[MANIFEST], STRANGER)})
    assert "not the sender" in refused(forged, tmp_path / "out")


@pytest.mark.parametrize(
    "change",
    [
        lambda members: {**members, "leads.csv": members["leads.csv"] + b"acct-2\n"},
        lambda members: {**members, "more.csv": b"x"},
        lambda members: {name: data for name, data in members.items() if name != "leads.csv"},
        lambda members: {name: data for name, data in members.items() if name != SIGNATURE},
        lambda members: {name: data for name, data in members.items() if name != MANIFEST},
        lambda members: {**members, SIGNATURE: members[SIGNATURE] + b"\n"},
    ],
    ids=["changed file", "file too many", "file missing", "no signature", "no manifest", "signature spelled otherwise"],
)
def test_files_that_the_manifest_does_not_vouch_for_are_refused(
    tmp_path: Path, change: Callable[[dict[str, bytes]], dict[str, bytes]]
) -> None:
    refused(sealed_by_hand(tmp_path, change(plain_zip(sealed(tmp_path).path))), tmp_path / "out")


@pytest.mark.parametrize("how", ["deflated", "modes", "comment", "behind", "before", "doubled"])
def test_a_zip_with_room_for_other_bytes_is_refused(tmp_path: Path, how: str) -> None:
    members = plain_zip(sealed(tmp_path).path)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = (0o100600 if how == "modes" else 0o100644) << 16
            archive.writestr(info, data, zipfile.ZIP_DEFLATED if how == "deflated" else zipfile.ZIP_STORED)
        if how == "comment":
            archive.comment = b"hidden"
    whole = stream.getvalue()
    data = {"behind": whole + b"hidden", "before": b"hidden" + whole}.get(how, whole)
    if how == "doubled":
        data = data.replace(b"PK\x01\x02", b"PK\x01\x02", 1) + data
    package = tmp_path / "odd.age"
    package.write_bytes(pyrage.encrypt(data, [OFFICER.to_public()]))
    refused(package, tmp_path / "out")


def test_what_is_refused_by_the_reader_is_not_unpacked(tmp_path: Path) -> None:
    def no(checked: Checked) -> None:
        raise IntegrityBroken("no")

    with pytest.raises(IntegrityBroken):
        open_package(sealed(tmp_path).path, [OFFICER], tmp_path / "out", accept=no)
    assert not (tmp_path / "out").exists()


def test_a_folder_with_something_in_it_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("kept")
    with pytest.raises(WrongUsage):
        open_package(sealed(tmp_path).path, [OFFICER], tmp_path / "out")
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_a_package_with_a_path_that_climbs_is_never_made(tmp_path: Path) -> None:
    contents, to = [("../leads.csv", [b""])], str(OFFICER.to_public())
    with pytest.raises(LeadlineError):
        seal_package(head(), contents, key=ANALYST, recipient=to, out=tmp_path / "one.age")
    assert not list(tmp_path.iterdir())


def test_a_sealed_package_is_never_written_over(tmp_path: Path) -> None:
    first = sealed(tmp_path)
    with pytest.raises(WrongUsage):
        sealed(tmp_path)
    assert first.path.stat().st_size == first.bytes


def test_the_stock_age_opens_it(tmp_path: Path) -> None:
    age = shutil.which("age")
    if age is None:
        pytest.skip("Debian's package `age` is not installed")
    package = sealed(tmp_path).path
    (tmp_path / "key.txt").write_text(f"# a comment\n{OFFICER}\n")
    done = subprocess.run([age, "-d", "-i", tmp_path / "key.txt", package], capture_output=True, check=True)
    with zipfile.ZipFile(io.BytesIO(done.stdout)) as archive:
        assert archive.testzip() is None
        assert archive.read("leads.csv") == FILES["leads.csv"]


@pytest.mark.parametrize("text", ["", "# nothing\n", "AGE-SECRET-KEY-1NONSENSE\n", "age1notasecret\n"])
def test_a_key_file_without_an_identity_opens_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "key.txt").write_text(text)
    with pytest.raises(IntegrityBroken):
        read_identities(tmp_path / "key.txt")


# --- what came before ----------------------------------------------------------------------------------------


def checked_package(
    sequence: int = 1, *, signed_by: str = "ed25519:aa", digest: str = "d1", sender: str = ""
) -> Checked:
    manifest = {**head(sequence), "recipient": {"fingerprint": "f"}}
    if sender:
        manifest["sender"] = {"agency": sender}
    return Checked(manifest, f"{digest}-{sequence}", signed_by)


def test_a_number_that_came_before_is_a_replay(tmp_path: Path) -> None:
    received = Received.beside(tmp_path / "key.txt")
    received.note(checked_package(1))
    again = Received.beside(tmp_path / "key.txt")
    with pytest.raises(IntegrityBroken):
        again.refuse_repeated(checked_package(1), again=False)
    again.refuse_repeated(checked_package(1), again=True)
    with pytest.raises(IntegrityBroken):
        again.refuse_repeated(checked_package(1, digest="other"), again=True)


def test_agencies_that_share_a_key_number_their_packages_apart(tmp_path: Path) -> None:
    received = Received.beside(tmp_path / "key.txt")
    received.note(checked_package(1))
    received.refuse_repeated(checked_package(1, sender="OTHERS"), again=False)
    received.note(checked_package(1, sender="OTHERS"))
    assert received.missing(checked_package(3, sender="OTHERS")) == [2]
    with pytest.raises(IntegrityBroken):
        Received.beside(tmp_path / "key.txt").refuse_repeated(checked_package(1, sender="OTHERS"), again=False)


def test_a_number_that_never_came_is_missed_and_may_still_come(tmp_path: Path) -> None:
    received = Received.beside(tmp_path / "key.txt")
    received.note(checked_package(3))
    assert received.missing(checked_package(4)) == [1, 2]
    received.refuse_repeated(checked_package(2), again=False)


def test_the_key_of_an_agency_s_first_package_is_pinned(tmp_path: Path) -> None:
    received = Received.beside(tmp_path / "key.txt")
    assert received.refuse_stranger(checked_package(1), {}) is False
    received.note(checked_package(1))
    with pytest.raises(IntegrityBroken):
        received.refuse_stranger(checked_package(2, signed_by="ed25519:bb"), {})


def test_keys_that_the_reader_named_hold_and_each_for_its_agency(tmp_path: Path) -> None:
    received = Received.beside(tmp_path / "key.txt")
    assert received.refuse_stranger(checked_package(), {"ed25519:aa": "OURS"}) is True
    assert received.refuse_stranger(checked_package(), {"ed25519:aa": ""}) is True
    for trusted in ({"ed25519:bb": "OURS"}, {"ed25519:aa": "OTHER"}):
        with pytest.raises(IntegrityBroken):
            received.refuse_stranger(checked_package(), trusted)


# --- keys and statements -------------------------------------------------------------------------------------


def test_a_signature_over_one_kind_of_statement_does_not_stand_under_another() -> None:
    with pytest.raises(IntegrityBroken):
        opened(sign(b"{}", ANALYST, payload_type="application/other"))


def test_every_flipped_byte_of_a_statement_is_seen() -> None:
    envelope = sign(b'{"a":1}', ANALYST)
    for place in range(len(envelope)):
        changed = envelope[:place] + bytes([envelope[place] ^ 1]) + envelope[place + 1 :]
        try:
            payload, signed_by = opened(changed)
        except IntegrityBroken:
            continue
        pytest.fail(f"byte {place} was changed unseen: {payload!r} by {signed_by}")


def test_a_public_key_is_read_in_the_forms_people_have() -> None:
    public = ANALYST.public_key()
    raw = public.public_bytes_raw()
    written = [key_text(public), raw.hex(), base64.b64encode(raw).decode()]
    assert {key_text(parse_key(text)) for text in written} == {key_text(public)}
    assert len(fingerprint(key_text(public))) == 64
    for text in ("", "ed25519:", "age1xyz", "ssh-ed25519 AAAA", raw.hex()[:-2]):
        with pytest.raises(WrongUsage):
            parse_key(text)
