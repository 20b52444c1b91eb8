"""Leads as linked data in CASE 1.5 / UCO: accounts, addresses, where each was seen, authority and marking."""

from __future__ import annotations

import hashlib
import json
import uuid
from itertools import islice
from typing import TYPE_CHECKING, Any

from leadline.stages.referral.contract import DocumentFormat, Dossier, Example
from leadline.vocabulary.instants import iso_z

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from leadline.stages.referral.contract import File

_UCO = "https://ontology.unifiedcyberontology.org/uco"
_CONTEXT = {
    "kb": "http://example.org/kb/",
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "uco-action": f"{_UCO}/action/",
    "uco-core": f"{_UCO}/core/",
    "uco-identity": f"{_UCO}/identity/",
    "uco-marking": f"{_UCO}/marking/",
    "uco-observable": f"{_UCO}/observable/",
    "uco-types": f"{_UCO}/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_NAMES = uuid.UUID("2f5a3a9e-3d0f-5c77-9f0e-0d1f7f0a5b11")
"""Every name is derived from what it names, so that the same package has the same names."""
_SPACE = _NAMES.bytes
_PIECE = 500
"""Objects that are written at once; each such piece is a line."""
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _files(dossier: Dossier) -> Iterator[File]:
    yield "case.jsonld", _document(_Graph(dossier).objects())


def _document(objects: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    yield f'{{"@context":{json.dumps(_CONTEXT, separators=(",", ":"))},"@graph":['.encode()
    before = "\n"
    while piece := list(islice(objects, _PIECE)):
        yield (before + _ENCODER.encode(piece)[1:-1]).encode()
        before = ",\n"
    yield b"\n]}\n"


class _Graph:
    """The objects of one package, each once."""

    def __init__(self, dossier: Dossier) -> None:
        self._dossier = dossier
        self._made: set[str] = set()
        self._marking = self._id("marking", dossier.order.referral)
        self._provider = self._id("organization", dossier.order.provider)

    def objects(self) -> Iterator[dict[str, Any]]:
        yield from self._frame()
        for row in (*self._dossier.leads, *self._dossier.to_verify):
            yield from self._account(row)
        for row in self._dossier.objects:
            yield self._object(row)

    def _frame(self) -> Iterator[dict[str, Any]]:
        """Marking, parties, authority, investigation, and the step that made the package with what it gave."""
        order = self._dossier.order
        yield self._thing(self._marking, "uco-marking:MarkingDefinition") | {
            "uco-marking:definitionType": "statement",
            "uco-marking:definition": {
                "@id": self._id("statement", order.referral),
                "@type": "uco-marking:StatementMarking",
                "uco-marking:definitionType": "statement",
                "uco-marking:statement": _statement(self._dossier),
            },
        }
        for name in sorted({order.provider, order.sender, order.partner_name}):
            yield self._thing(self._id("organization", name), "uco-identity:Organization") | {"uco-core:name": name}
        authority, performed = self._id("authorization", order.referral), self._id("action", order.referral)
        yield self._thing(authority, "case-investigation:Authorization") | {
            "case-investigation:authorizationIdentifier": order.handling.authority
        }
        yield self._thing(self._id("investigation", order.tip), "case-investigation:Investigation") | {
            "uco-core:name": order.tip,
            "case-investigation:relevantAuthorization": {"@id": authority},
        }
        record = self._id("provenance", order.referral)
        yield self._thing(performed, "case-investigation:InvestigativeAction") | {
            "uco-core:name": "referral",
            "uco-action:performer": {"@id": self._id("organization", order.sender)},
            "uco-action:endTime": _instant(iso_z(self._dossier.at)),
            "uco-action:result": {"@id": record},
        }
        yield self._thing(record, "case-investigation:ProvenanceRecord") | {
            "case-investigation:exhibitNumber": order.referral,
            **self._everything(),
        }

    def _everything(self) -> dict[str, Any]:
        accounts = [
            {"@id": self._id("account", str(row["account_key"]))}
            for row in (*self._dossier.leads, *self._dossier.to_verify)
        ]
        return {"uco-core:object": accounts} if accounts else {}

    def _account(self, row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        key = str(row["account_key"])
        account = self._id("account", key)
        tag = {"uco-core:tag": [f"data-subject:{row['data_subject']}"]} if "data_subject" in row else {}
        yield (
            self._observable(account)
            | tag
            | {
                "uco-core:hasFacet": [
                    {
                        "@id": self._id("account-facet", key),
                        "@type": "uco-observable:AccountFacet",
                        "uco-observable:accountIdentifier": key,
                        "uco-observable:accountIssuer": {"@id": self._provider},
                    }
                ]
            }
        )
        for seen in row.get("addresses", ()):
            yield from self._seen(account, key, seen)

    def _seen(self, account: str, key: str, seen: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        text = str(seen["address"])
        address = self._id("address", text)
        if address not in self._made:
            self._made.add(address)
            kind = "IPv6AddressFacet" if ":" in text else "IPv4AddressFacet"
            yield self._observable(address) | {
                "uco-core:hasFacet": [
                    {
                        "@id": self._id("address-facet", text),
                        "@type": f"uco-observable:{kind}",
                        "uco-observable:addressValue": text,
                    }
                ]
            }
        yield self._thing(self._id("seen", f"{key}\n{text}"), "uco-observable:ObservableRelationship") | {
            "uco-core:source": {"@id": account},
            "uco-core:target": {"@id": address},
            "uco-core:kindOfRelationship": "Connected_From",
            "uco-core:isDirectional": True,
            "uco-core:startTime": [_instant(str(seen["first_access"]))],
            "uco-core:endTime": [_instant(str(seen["last_access"]))],
        }

    def _object(self, row: Mapping[str, Any]) -> dict[str, Any]:
        key = str(row["object_key"])
        hashes = [
            {
                "@id": self._id(f"hash-{method}", key),
                "@type": "uco-types:Hash",
                "uco-types:hashMethod": method,
                "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": row[column]},
            }
            for method, column in (("MD5", "md5"), ("SHA1", "sha1"), ("SHA256", "sha256"))
            if row[column] is not None
        ]
        facet: dict[str, Any] = {
            "@id": self._id("content-facet", key),
            "@type": "uco-observable:ContentDataFacet",
            "uco-observable:hash": hashes,
        }
        if row["size"] is not None:
            facet["uco-observable:sizeInBytes"] = row["size"]
        return self._observable(self._id("object", key)) | {"uco-core:hasFacet": [facet]}

    def _observable(self, name: str) -> dict[str, Any]:
        return self._thing(name, "uco-observable:ObservableObject")

    def _thing(self, name: str, kind: str) -> dict[str, Any]:
        marked = {} if name == self._marking else {"uco-core:objectMarking": {"@id": self._marking}}
        return {"@id": name, "@type": kind, **marked}

    def _id(self, kind: str, text: str) -> str:
        return f"kb:{kind}-{_named(f'{kind}:{self._dossier.order.tip}:{text}')}"


def _named(text: str) -> str:
    """``uuid.uuid5`` under :data:`_NAMES`, as text; a package has tens of thousands, and the library is slow at it."""
    digest = bytearray(hashlib.sha1(_SPACE + text.encode(), usedforsecurity=False).digest()[:16])
    digest[6], digest[8] = digest[6] & 0x0F | 0x50, digest[8] & 0x3F | 0x80
    plain = digest.hex()
    return f"{plain[:8]}-{plain[8:12]}-{plain[12:16]}-{plain[16:20]}-{plain[20:]}"


def _statement(dossier: Dossier) -> str:
    handling = dossier.order.handling
    parts = (handling.tlp, handling.pap, handling.words_of_codes(), handling.evaluation, handling.restrictions)
    return " ".join(str(part) for part in parts if part)


def _instant(text: str) -> dict[str, str]:
    return {"@type": "xsd:dateTime", "@value": text}


PLUGIN = DocumentFormat(
    name="case-jsonld",
    title="linked data (CASE 1.5 / UCO)",
    files=_files,
    examples=(
        Example(
            "case.jsonld",
            holds=('"=acct-1"', "data-subject:account-holder", "IPv6AddressFacet", "InvestigativeAction", "TLP:AMBER"),
            lacks=("breadth", "score"),
        ),
    ),
)
