"""Leads as a STIX 2.1 bundle, where an order asks for it: accounts, addresses and the relations between them."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from leadline.stages.referral.contract import DocumentFormat, Dossier, Example
from leadline.vocabulary.instants import iso_z

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from leadline.stages.referral.contract import File

_NAMES = uuid.UUID("b7a8d1c4-54c1-5f8e-8b51-7f3f3c0f6a2d")
_TLP = {
    "TLP:CLEAR": "94868c89-83c2-464b-929b-a1a8aa3c8487",
    "TLP:GREEN": "bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "TLP:AMBER": "55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "TLP:AMBER+STRICT": "939a9414-2ddd-4d32-a0cd-375ea402b003",
    "TLP:RED": "e828b379-4e03-4974-9ac4-e53a884c97c1",
}
"""Identifiers of the TLP 2.0 marking definitions, as OASIS publishes them."""
_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"


def _files(dossier: Dossier) -> Iterator[File]:
    objects = list(_objects(dossier))
    bundle = {"type": "bundle", "id": _id("bundle", dossier, "all"), "objects": objects}
    yield "leads.stix.json", [json.dumps(bundle, ensure_ascii=False, separators=(",", ":")).encode()]


def _objects(dossier: Dossier) -> Iterator[dict[str, Any]]:
    at = f"{iso_z(dossier.at).removesuffix('Z').split('.')[0]}.000Z"
    tlp = dossier.order.handling.tlp
    marking = f"marking-definition--{_TLP[tlp]}"
    stated = {
        "spec_version": "2.1",
        "created": at,
        "modified": at,
        "created_by_ref": _id("identity", dossier, "sender"),
        "object_marking_refs": [marking],
    }
    yield {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": marking,
        "created": "2022-10-01T00:00:00.000Z",
        "name": str(tlp),
        "extensions": {
            _EXTENSION: {"extension_type": "property-extension", "tlp_2_0": tlp.removeprefix("TLP:").lower()}
        },
    }
    yield {
        "type": "identity",
        **stated,
        "id": _id("identity", dossier, "sender"),
        "name": dossier.order.sender,
        "identity_class": "organization",
    }
    made: set[str] = set()
    for row in (*dossier.leads, *dossier.to_verify):
        yield from _account(dossier, row, stated, made)


def _account(
    dossier: Dossier, row: Mapping[str, Any], stated: Mapping[str, Any], made: set[str]
) -> Iterator[dict[str, Any]]:
    key = str(row["account_key"])
    seen_by = {"spec_version": "2.1", "object_marking_refs": stated["object_marking_refs"]}
    account = _id("user-account", dossier, key)
    yield {"type": "user-account", **seen_by, "id": account, "user_id": key, "account_type": "cloud"}
    for seen in row.get("addresses", ()):
        text = str(seen["address"])
        kind = "ipv6-addr" if ":" in text else "ipv4-addr"
        address = _id(kind, dossier, text)
        if address not in made:
            made.add(address)
            yield {"type": kind, **seen_by, "id": address, "value": text}
        yield {
            "type": "relationship",
            **stated,
            "id": _id("relationship", dossier, f"{key}\n{text}"),
            "relationship_type": "related-to",
            "source_ref": account,
            "target_ref": address,
            "description": f"seen from {seen['first_access']} to {seen['last_access']}",
        }


def _id(kind: str, dossier: Dossier, text: str) -> str:
    return f"{kind}--{uuid.uuid5(_NAMES, f'{kind}:{dossier.order.tip}:{text}')}"


PLUGIN = DocumentFormat(
    name="stix",
    title="STIX 2.1",
    files=_files,
    examples=(Example("leads.stix.json", holds=('"user_id":"=acct-1"', '"ipv6-addr"'), lacks=("breadth", "score")),),
    always=False,
)
