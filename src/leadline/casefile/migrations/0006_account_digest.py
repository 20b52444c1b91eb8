"""Leads and the index are found by the digest of an account key: PostgreSQL indexes no long text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import migrations, models

from leadline.casefile.models.base import EvidenceText, account_digest
from leadline.casefile.walls import stand_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor


PIECE = 2000


def filled(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001  Django's signature
    """Give every row the digest of its key and cut what is searched; agency by agency, as the walls let rows be seen."""
    for agency in apps.get_model("casefile", "Agency")._base_manager.values_list("pk", flat=True):
        stand_in(agency)
        leads = apps.get_model("casefile", "Lead")._base_manager.filter(agency_id=agency)
        for piece in _pieces(leads):
            for row in piece:
                row.account_digest = _digest(row)
            leads.bulk_update(piece, ["account_digest"], batch_size=400)
        copies = apps.get_model("casefile", "IndexedCandidate")._base_manager.filter(agency_id=agency)
        for piece in _pieces(copies):
            for row in piece:
                row.account_digest, row.search = _digest(row), row.search[:512]
            copies.bulk_update(piece, ["account_digest", "search"], batch_size=400)


def _pieces(rows: Any) -> Iterator[list[Any]]:
    names = list(rows.values_list("pk", flat=True))
    for at in range(0, len(names), PIECE):
        yield list(rows.filter(pk__in=names[at : at + PIECE]))


def _digest(row: Any) -> str:
    return account_digest(EvidenceText.read(row.account_key) or "")


class Migration(migrations.Migration):
    dependencies = [
        ("casefile", "0005_retirements"),
    ]

    operations = [
        migrations.AddField("lead", "account_digest", models.CharField(default="", editable=False, max_length=64)),
        migrations.AddField(
            "indexedcandidate", "account_digest", models.CharField(default="", editable=False, max_length=64)
        ),
        migrations.RunPython(filled, migrations.RunPython.noop),
        migrations.AlterField("lead", "account_digest", models.CharField(editable=False, max_length=64)),
        migrations.AlterField("indexedcandidate", "account_digest", models.CharField(editable=False, max_length=64)),
        migrations.RemoveConstraint("lead", "lead_once_an_account"),
        migrations.AddConstraint(
            "lead",
            models.UniqueConstraint(fields=["agency", "tip", "account_digest"], name="lead_once_an_account"),
        ),
        migrations.RemoveIndex("indexedcandidate", "indexed_by_account"),
        migrations.AddIndex(
            "indexedcandidate",
            models.Index(fields=["agency", "run", "account_digest"], name="indexed_by_account"),
        ),
    ]
