"""A tip bundle, folder or zip, behind one interface; no name that it brings ever becomes a path of ours."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, BinaryIO, Protocol

from leadline.errors import WrongUsage
from leadline.stages.intake.archive import ZipBundle
from leadline.stages.intake.folder import FolderBundle
from leadline.stages.intake.refusal import BundleRefused

if TYPE_CHECKING:
    from pathlib import Path

    from leadline.stages.intake.member import Member

DECLARATION = "tip.toml"


class Bundle(Protocol):
    """The files of a bundle, in path order, and how to read each."""

    members: tuple[Member, ...]

    def open(self, member: Member) -> BinaryIO:
        """The member's bytes as they lie in the bundle (a packed log stays packed)."""

    def close(self) -> None:
        """Let go of the bundle."""


def open_bundle(path: Path) -> closing[Bundle]:
    """The bundle at ``path``, to be used with ``with``.

    :class:`WrongUsage` where there is nothing; :class:`BundleRefused` where it is no bundle, or one that
    breaks a rule that its list of files alone can show.
    """
    if path.is_dir():
        return closing(_fit(FolderBundle(path)))
    if not path.is_file():
        raise WrongUsage(f"there is no folder and no file {path}.", advice="Name a tip bundle: a folder or a .zip.")
    if not _begins_like_a_zip(path):
        raise BundleRefused(
            "is no folder and no zip.",
            code="not-a-bundle",
            where=path.name,
            advice="Put the provider's files into a folder and receive that.",
        )
    return closing(_fit(ZipBundle(path)))


def _begins_like_a_zip(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(4) in {b"PK\x03\x04", b"PK\x05\x06"}
    except OSError as error:
        raise WrongUsage(f"{path} cannot be read: {error.strerror}.", advice="Make it readable.") from error


def _fit(bundle: Bundle) -> Bundle:
    try:
        _refuse_unfit(bundle)
    except BundleRefused:
        bundle.close()
        raise
    return bundle


def _refuse_unfit(bundle: Bundle) -> None:
    if not bundle.members:
        raise BundleRefused("the bundle has no files.", code="empty", advice="Ask the provider for it again.")
    paths = [member.path for member in bundle.members]
    inner = [path for path in paths if path.endswith(f"/{DECLARATION}")]
    if DECLARATION not in paths and inner:
        raise BundleRefused(
            f"{DECLARATION} must stand at the top of the bundle.",
            code="declaration-not-at-top",
            where=inner[0],
            advice=f"Receive the folder {inner[0].rpartition('/')[0]} itself, or zip its contents.",
        )
