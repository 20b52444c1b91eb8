"""The hashes of the objects that the accounts opened, as a VICS 2.0 case document for hash tools."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from leadline.stages.referral.contract import DocumentFormat, Dossier, Example

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from leadline.stages.referral.contract import File

_CONTEXT = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/CUSTOM/$metadata#Cases"


def _files(dossier: Dossier) -> Iterator[File]:
    order = dossier.order
    case = {
        "CaseID": order.referral,
        "CaseNumber": order.reference or order.tip,
        "ContactOrganization": order.sender,
        "SourceApplicationName": "Leadline",
        "TotalMediaFiles": len(dossier.objects),
        "Media": [_media(number, row) for number, row in enumerate(dossier.objects, 1)],
    }
    yield "inventory.vics.json", [json.dumps({"@odata.context": _CONTEXT, "value": [case]}).encode()]


def _media(number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    """No category: numbers of one scheme mean something else in another; the provider's own stands as a tag."""
    hashes = [
        {"HashName": name, "HashValue": row[key].upper()}
        for name, key in (("SHA256", "sha256"),)
        if row[key] is not None
    ]
    told = row["category"] is not None
    return {
        "MediaID": number,
        "Category": None,
        "MD5": row["md5"].upper() if row["md5"] else None,
        "SHA1": row["sha1"].upper() if row["sha1"] else None,
        "MediaSize": row["size"],
        "AlternativeHashes": hashes,
        "Tags": f"{row['category_scheme'] or 'no scheme stated'}:{row['category']}" if told else None,
        "MediaFiles": [],
    }


PLUGIN = DocumentFormat(
    name="vics-inventory",
    title="hash inventory (VICS)",
    files=_files,
    examples=(
        Example("inventory.vics.json", holds=('"MD5": "00000', '"Category": null', "example:1"), lacks=("acct",)),
    ),
)
