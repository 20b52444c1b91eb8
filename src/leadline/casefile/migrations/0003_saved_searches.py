"""Saved searches, and a state for jobs that were called off."""

from __future__ import annotations

import functools

import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

import leadline.casefile.models.base
import leadline.vocabulary.casework


class Migration(migrations.Migration):
    dependencies = [
        ("casefile", "0002_seal_jobs"),
    ]

    operations = [
        migrations.AlterField(
            model_name="job",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "waiting"),
                    ("running", "running"),
                    ("done", "done"),
                    ("failed", "failed"),
                    ("cancelled", "cancelled"),
                ],
                default=leadline.vocabulary.casework.JobState["WAITING"],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="SavedSearch",
            fields=[
                ("created_at", models.DateTimeField()),
                (
                    "id",
                    models.CharField(
                        default=functools.partial(leadline.casefile.models.base.random_id, *("SS",), **{}),
                        editable=False,
                        max_length=24,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                (
                    "searched",
                    models.CharField(choices=[("candidates", "candidates"), ("leads", "leads")], max_length=20),
                ),
                ("words", models.JSONField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.agency"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.team"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "saved searches",
            },
            managers=[
                ("scoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="SearchLook",
            fields=[
                ("created_at", models.DateTimeField()),
                (
                    "id",
                    models.CharField(
                        default=functools.partial(leadline.casefile.models.base.random_id, *("SL",), **{}),
                        editable=False,
                        max_length=24,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("looked_at", models.DateTimeField()),
                ("count", models.PositiveIntegerField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.agency"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "search",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="looks", to="casefile.savedsearch"
                    ),
                ),
            ],
            managers=[
                ("scoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddConstraint(
            model_name="savedsearch",
            constraint=models.UniqueConstraint(fields=("owner", "name"), name="search_once_a_colleague"),
        ),
        migrations.AddConstraint(
            model_name="searchlook",
            constraint=models.UniqueConstraint(fields=("search", "member"), name="look_once_a_colleague"),
        ),
    ]
