"""Devices that the desk may examine: what lies in the agency's own folder, and the examinations made of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leadline.casefile.evidence import workspace
from leadline.errors import NotThere
from leadline.inquiry.findings import open_examination
from leadline.stages.devices.protection import protection_of

if TYPE_CHECKING:
    from pathlib import Path

    from leadline.casefile.models import Examination, Member
    from leadline.inquiry.findings import ExaminationView

DEVICES = "-devices"
"""What follows the workspace's name in that of the folder beside it, in which images, mounted devices and listings are
put for the desk to examine: one folder an agency, named by its code. Nothing else can be named as a source."""
TAKEN = "exhibit:contents:taken"
ROWS_RELEASED = "exhibit:rows:released"
"""What the audit calls the two steps that stand in the log first."""
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._ -]{0,120}\Z", re.ASCII)


@dataclass(frozen=True)
class Device:
    """A source that may be examined."""

    name: str
    protection: str
    """What keeps the desk from writing to it: see `stages.devices.protection`."""


def devices_folder(actor: Member) -> Path:
    """Where the devices of the actor's agency are put."""
    there = workspace()
    return there.with_name(f"{there.name}{DEVICES}") / actor.agency.code


def devices_of(actor: Member) -> list[Device]:
    """What lies in the agency's folder and may be named, by name."""
    folder = devices_folder(actor)
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    return [Device(path.name, protection_of(path)) for path in paths if _may_be_named(path)]


def device(name: str, *, actor: Member) -> Path:
    """The source of this name in the agency's folder; :class:`NotThere` where there is none."""
    path = devices_folder(actor) / name
    if not _NAME.match(name) or not _may_be_named(path):
        raise NotThere("there is no such device.", advice="Put its image into the agency's folder of devices.")
    return path


def _may_be_named(path: Path) -> bool:
    return bool(_NAME.match(path.name)) and not path.is_symlink() and path.exists()


def view_of(row: Examination) -> ExaminationView:
    """The sealed examination of a row that is the actor's agency's already; :class:`NotThere` until it is complete."""
    if not row.examination:
        raise NotThere("the examination is not complete.", advice="Its job tells how far it is.")
    return open_examination(workspace(), row.examination)
