"""Examinations of exhibits, what hashing again gave, and how far a job is."""

from __future__ import annotations

import functools

import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

import leadline.casefile.models.base


class Migration(migrations.Migration):
    dependencies = [
        ("casefile", "0003_saved_searches"),
    ]

    operations = [
        migrations.AddField(
            model_name="custodyevent",
            name="digests",
            field=models.CharField(blank=True, choices=[("equal", "equal"), ("different", "different")], max_length=10),
        ),
        migrations.AddField(
            model_name="job",
            name="done_rows",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="job",
            name="task_began_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="job",
            name="kind",
            field=models.CharField(
                choices=[
                    ("receive", "receive"),
                    ("run", "run"),
                    ("index", "index"),
                    ("export", "export"),
                    ("seal", "seal"),
                    ("examine", "examine"),
                    ("hand-over", "hand-over"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="Examination",
            fields=[
                ("created_at", models.DateTimeField()),
                (
                    "id",
                    models.CharField(
                        default=functools.partial(leadline.casefile.models.base.random_id, *("U",), **{}),
                        editable=False,
                        max_length=24,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("source", models.CharField(max_length=200)),
                ("authority", models.TextField()),
                ("examination", models.CharField(blank=True, max_length=24)),
                ("released_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.agency"
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "exhibit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="examinations", to="casefile.exhibit"
                    ),
                ),
                (
                    "job",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.job"
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.lead"
                    ),
                ),
                (
                    "released_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "released_for",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.case"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["agency", "exhibit", "created_at"], name="examination_by_exhibit")],
            },
            managers=[
                ("scoped", django.db.models.manager.Manager()),
            ],
        ),
    ]
