"""Pictures and videos of a device that nothing lists, as a VICS 2.0 case: they may show unknown victims.

Hashes, sizes and times alone. Names and folders are left out unless they are asked for: they can hold anything, and
a national database finds a file by its hashes.
"""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from leadline import __version__
from leadline.facts.tables.base import schema_of
from leadline.facts.tables.devices import EntryRow, FindingRow
from leadline.vocabulary.instants import iso_z

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadline.inquiry.findings import ExaminationView

_CONTEXT = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/CUSTOM/$metadata#Cases"
_SELECT = """
select f.entry, f.path, f.size, f.media, f.md5, f.sha1, f.sha256, f.pdq, f.deleted, e.modified_at,
       coalesce(f.sha256, f.sha1, f.md5) as content
from finding as f
left join entry as e on e.entry = f.entry
where f.finding_class = 'unknown' and f.media <> ''
order by f.look_order, content, f.entry
"""


def unknown_media(view: ExaminationView, *, with_names: bool) -> Iterator[str]:
    """The document in pieces; one media entry a content, one file entry a copy.

    No category is claimed: the field says null, because none was given by a person. :class:`ApprovalMissing` for
    a listing whose rows nobody released.
    """
    case = {
        "CaseID": view.id,
        "CaseNumber": view.id,
        "ContactOrganization": view.record["agency"],
        "SourceApplicationName": "Leadline",
        "SourceApplicationVersion": __version__,
    }
    begin = json.dumps({"@odata.context": _CONTEXT, "value": [case]}).removesuffix("}]}")
    yield f'{begin}, "Media": ['
    for number, (_, copies) in enumerate(groupby(_files(view), key=lambda row: row["content"])):
        media = _media(number + 1, list(copies), with_names=with_names)
        yield f"{',' if number else ''}\n{json.dumps(media, ensure_ascii=False)}"
    yield "\n]}]}\n"


def _files(view: ExaminationView) -> Iterator[dict[str, Any]]:
    facts = (FindingRow,) if view.record["source"]["listing"] else (FindingRow, EntryRow)
    with view.engine(*facts) as engine:
        if EntryRow not in facts:
            engine.view(EntryRow.table, [], schema=schema_of(EntryRow))
        for batch in engine.stream(_SELECT):
            yield from batch.to_pylist()


def _media(number: int, copies: list[dict[str, Any]], *, with_names: bool) -> dict[str, Any]:
    first = copies[0]
    alternatives = [
        {"HashName": name, "HashValue": first[key].upper()}
        for name, key in (("SHA256", "sha256"), ("PDQ", "pdq"))
        if first[key]
    ]
    return {
        "MediaID": number,
        "Category": None,
        "MD5": _upper(first["md5"]),
        "SHA1": _upper(first["sha1"]),
        "MediaSize": first["size"],
        "MimeType": {"picture": "image/*", "video": "video/*"}[first["media"]],
        "AlternativeHashes": alternatives,
        "MediaFiles": [_file(row, with_names=with_names) for row in copies],
    }


def _file(row: dict[str, Any], *, with_names: bool) -> dict[str, Any]:
    path = PurePosixPath(row["path"])
    return {
        "MD5": _upper(row["md5"]),
        "FileName": path.name if with_names else f"entry-{row['entry']}{_ending(path)}",
        "FilePath": str(path.parent).replace("/", "\\") if with_names else "",
        "Written": iso_z(row["modified_at"]) if row["modified_at"] else None,
        "Deleted": row["deleted"],
    }


def _ending(path: PurePosixPath) -> str:
    """The ending of a name where it is an ordinary one."""
    return path.suffix.lower() if path.suffix[1:].isalnum() and len(path.suffix) <= 6 else ""


def _upper(digest: str | None) -> str | None:
    return digest.upper() if digest else None
