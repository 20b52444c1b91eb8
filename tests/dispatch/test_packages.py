"""A built package lets nothing pass that was not signed for this very recipient, and others' tools agree with ours."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import cryptography
import pyrage
import pytest

from leadline.cli.main import run as leadline
from leadline.dispatch.approving import approve
from leadline.dispatch.drafting import draft_about
from leadline.dispatch.sealing import seal
from leadline.errors import IntegrityBroken
from leadline.seal.archive import Archive
from leadline.seal.envelope import open_package
from leadline.stages.referral.order import Kind
from leadline.synthetic.partners import play_partners
from tests.dispatch.conftest import ANALYST, APPROVER, Posted
from tests.referral.test_documents import case_validate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.conftest import DrillFigure


def refused(data: bytes, posted: Posted, folder: Path, partner: str = "FBI") -> str:
    """Opens bytes as a package; it must be refused with nothing left. Gives the reason."""
    package, out = folder / "tried.age", folder / "tried"
    package.write_bytes(data)
    there = set(folder.rglob("*"))
    with pytest.raises(IntegrityBroken) as caught:
        open_package(package, [posted.identities[partner]], out)
    assert caught.value.exit_code == 4
    assert set(folder.rglob("*")) == there, "something was left"
    return str(caught.value)


def each_refused(changed: Iterable[bytes], posted: Posted, folder: Path) -> int:
    """Counts them. They lie in a room of their own: to look through a workspace after each would cost most of it."""
    room, count = folder / "room", 0
    room.mkdir(exist_ok=True)
    for data in changed:
        refused(data, posted, room)
        count += 1
    return count


def flipped(data: bytes, place: int, bit: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :]


def inside(posted: Posted, package: Path) -> dict[str, bytes]:
    plain = pyrage.decrypt(package.read_bytes(), [posted.identities["FBI"]])
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def wrapped(files: dict[str, bytes], posted: Posted, partner: str = "FBI") -> bytes:
    """What somebody can make who has the files and the recipient's public key, but no key of the sender."""
    stream = io.BytesIO()
    archive = Archive(stream)
    for name, data in files.items():
        archive.add(name, [data])
    archive.close()
    return pyrage.encrypt(stream.getvalue(), [posted.identities[partner].to_public()])


@pytest.fixture
def notice(posted: Posted, tmp_path: Path) -> Path:
    """The smallest package there is: that the holder of one account is cleared."""
    account = posted.order.items[0].account
    order = draft_about(posted.workspace, posted.order.referral, Kind.CLEARED, by=ANALYST, words="", accounts=[account])
    approve(posted.workspace, order.referral, by=APPROVER)
    return seal(posted.workspace, order.referral, tmp_path / "n.age").sealed.path


def test_flipped_bytes_and_truncations_of_a_built_package_are_refused_and_leave_nothing(
    posted: Posted, notice: Path, tmp_path: Path
) -> None:
    data, chance = notice.read_bytes(), random.Random(3)
    places = [*range(0, 240, 8), *sorted(chance.sample(range(240, len(data)), 60)), len(data) - 1]
    assert each_refused((flipped(data, place, place % 8) for place in places), posted, tmp_path) == len(places)
    assert each_refused((data[:place] for place in places), posted, tmp_path) == len(places)


@pytest.mark.drill
def test_every_flipped_byte_and_every_truncation_of_a_built_package_is_refused(
    posted: Posted, notice: Path, tmp_path: Path, drill_figure: DrillFigure
) -> None:
    data = notice.read_bytes()
    flips = each_refused((flipped(data, place, place % 8) for place in range(len(data))), posted, tmp_path)
    cuts = each_refused((data[:place] for place in range(len(data))), posted, tmp_path)
    assert flips == cuts == len(data)
    drill_figure("bytes of a built package, each flipped and each a truncation, refused", flips + cuts)


def test_a_package_that_was_sealed_anew_for_somebody_else_is_refused(posted: Posted, tmp_path: Path) -> None:
    files = inside(posted, posted.package)
    assert "another recipient" in refused(wrapped(files, posted, "INTERPOL"), posted, tmp_path, "INTERPOL")
    assert "cannot be decrypted" in refused(posted.package.read_bytes(), posted, tmp_path, "INTERPOL")


@pytest.mark.parametrize("taken", [("manifest.dsse.json",), ("manifest.json", "manifest.dsse.json"), ("leads.csv",)])
def test_parts_of_another_genuine_package_are_refused(
    posted: Posted, notice: Path, tmp_path: Path, taken: tuple[str, ...]
) -> None:
    ours, other = inside(posted, posted.package), inside(posted, notice)
    refused(wrapped({**ours, **{name: other[name] for name in taken}}, posted), posted, tmp_path)


def test_the_command_refuses_with_exit_4_and_leaves_no_folder(posted: Posted, tmp_path: Path) -> None:
    broken = tmp_path / "b.age"
    data = posted.package.read_bytes()
    broken.write_bytes(flipped(data, len(data) // 2, 3))
    key = str(posted.key_files["FBI"])
    assert leadline(["open", str(broken), "--identity", key, "--out", str(tmp_path / "o")]) == 4
    assert not (tmp_path / "o").exists()
    assert leadline(["open", str(posted.package), "--identity", key, "--out", str(tmp_path / "o")]) == 0
    assert leadline(["open", str(posted.package), "--identity", key, "--out", str(tmp_path / "p")]) == 4, "a replay"
    assert not (tmp_path / "p").exists()


def test_the_stock_age_opens_a_built_package_and_the_verifier_agrees_where_leadline_is_not_installed(
    posted: Posted, tmp_path: Path
) -> None:
    age = shutil.which("age")
    if age is None:
        pytest.skip("Debian's package `age` is not installed")
    plain, out = tmp_path / "p.zip", tmp_path / "out"
    subprocess.run([age, "-d", "-i", posted.key_files["FBI"], "-o", plain, posted.package], check=True)
    with zipfile.ZipFile(plain) as archive:
        archive.extractall(out)
    assert verified(out, tmp_path).returncode == 0
    data = (out / "leads.csv").read_bytes()
    for changed in (flipped(data, len(data) // 2, 1), data[:-1], b""):
        (out / "leads.csv").write_bytes(changed)
        assert verified(out, tmp_path).returncode == 4


def verified(opened: Path, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """`verify.py` of the package, in a Python that finds `cryptography` and nothing else that was installed."""
    bare = folder / "bare"
    if not bare.exists():
        bare.mkdir()
        installed = Path(cryptography.__file__).parent.parent
        for name in ("cryptography", "cffi", "_cffi_backend*"):
            for found in installed.glob(name):
                (bare / found.name).symlink_to(found)
    there = {"PYTHONPATH": str(bare), "PATH": ""}
    lacking = subprocess.run(
        [sys.executable, "-S", "-c", "import leadline"], env=there, capture_output=True, check=False
    )
    assert lacking.returncode == 1
    line = [sys.executable, "-S", "-B", str(opened / "verify.py")]
    return subprocess.run(line, env=there, cwd=folder, capture_output=True, check=False)


@pytest.mark.drill
def test_the_linked_data_of_every_package_of_the_invented_partners_conform_to_case(
    worked: Path, tmp_path: Path, drill_figure: DrillFigure
) -> None:
    workspace = Path(shutil.copytree(worked, tmp_path / "w"))
    played = play_partners(workspace, tmp_path, most=4)
    files = sorted((tmp_path / "opened").glob("*/case.jsonld"))
    assert len(files) == played.packages > 0
    for file in files:
        done = case_validate(file)
        assert done.returncode == 0, done.stdout + done.stderr
    drill_figure("packages of invented partners whose CASE conforms", len(files))
