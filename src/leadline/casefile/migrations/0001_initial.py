"""The first tables of the case file."""

from __future__ import annotations

import functools

import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

import leadline.casefile.models.base
import leadline.vocabulary.casework


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Agency",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=functools.partial(leadline.casefile.models.base.random_id, *("A",), **{}),
                        editable=False,
                        max_length=24,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("code", models.CharField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("regulator", "regulator"),
                            ("police", "police"),
                            ("customs", "customs"),
                            ("other", "other"),
                        ],
                        max_length=20,
                    ),
                ),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "agencies",
            },
            managers=[
                ("register", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Member",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "id",
                    models.CharField(
                        default=functools.partial(leadline.casefile.models.base.random_id, *("M",), **{}),
                        editable=False,
                        max_length=24,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("login", models.CharField(max_length=120, unique=True)),
                ("display_name", models.CharField(max_length=120)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("roles", models.JSONField(default=list)),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.agency"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                ("created_at", models.DateTimeField()),
                (
                    "id",
                    models.CharField(
                        default=functools.partial(leadline.casefile.models.base.random_id, *("C",), **{}),
                        editable=False,
                        max_length=24,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                (
                    "stage",
                    models.CharField(
                        choices=[("open", "open"), ("closed", "closed")],
                        default=leadline.vocabulary.casework.CaseStage["OPEN"],
                        max_length=20,
                    ),
                ),
                ("review_on", models.DateField(null=True)),
                ("changed_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.agency"
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            managers=[
                ("scoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Exhibit",
            fields=[
                ("created_at", models.DateTimeField()),
                (
                    "id",
                    models.CharField(
                        default=functools.partial(leadline.casefile.models.base.random_id, *("E",), **{}),
                        editable=False,
                        max_length=24,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("number", models.CharField(max_length=60)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.agency"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exhibits",
                        to="casefile.case",
                    ),
                ),
            ],
            managers=[
                ("scoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="CustodyEvent",
            fields=[
                ("created_at", models.DateTimeField()),
                (
                    "id",
                    models.CharField(
                        default=functools.partial(leadline.casefile.models.base.random_id, *("V",), **{}),
                        editable=False,
                        max_length=24,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("taken-in", "taken-in"),
                            ("handed-over", "handed-over"),
                            ("checked", "checked"),
                            ("returned", "returned"),
                        ],
                        max_length=20,
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=200)),
                ("remark", models.TextField(blank=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.agency"
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "exhibit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="custody", to="casefile.exhibit"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
            managers=[
                ("scoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Lead",
            fields=[
                ("created_at", models.DateTimeField()),
                (
                    "id",
                    models.CharField(
                        default=functools.partial(leadline.casefile.models.base.random_id, *("L",), **{}),
                        editable=False,
                        max_length=24,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("tip", models.CharField(max_length=24)),
                ("run", models.CharField(max_length=24)),
                ("account_key", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("set-aside", "set-aside"),
                            ("declined", "declined"),
                            ("merged", "merged"),
                            ("in-case", "in-case"),
                            ("closed", "closed"),
                        ],
                        default=leadline.vocabulary.casework.LeadState["OPEN"],
                        max_length=20,
                    ),
                ),
                ("state_reason", models.TextField(blank=True)),
                ("look_again_on", models.DateField(null=True)),
                (
                    "level_override",
                    models.CharField(
                        blank=True,
                        choices=[("very-high", "very-high"), ("high", "high"), ("medium", "medium"), ("low", "low")],
                        max_length=20,
                    ),
                ),
                ("override_reason", models.TextField(blank=True)),
                ("changed_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.agency"
                    ),
                ),
                (
                    "assignee",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="leads", to="casefile.case"
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="casefile.lead",
                    ),
                ),
            ],
            managers=[
                ("scoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                ("created_at", models.DateTimeField()),
                (
                    "id",
                    models.CharField(
                        default=functools.partial(leadline.casefile.models.base.random_id, *("W",), **{}),
                        editable=False,
                        max_length=24,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.agency"
                    ),
                ),
                (
                    "assigned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="casefile.lead"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
            managers=[
                ("scoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Operation",
            fields=[
                ("created_at", models.DateTimeField()),
                (
                    "id",
                    models.CharField(
                        default=functools.partial(leadline.casefile.models.base.random_id, *("O",), **{}),
                        editable=False,
                        max_length=24,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.agency"
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
            managers=[
                ("scoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name="case",
            name="operation",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="casefile.operation"
            ),
        ),
        migrations.CreateModel(
            name="Outcome",
            fields=[
                ("created_at", models.DateTimeField()),
                (
                    "id",
                    models.CharField(
                        default=functools.partial(leadline.casefile.models.base.random_id, *("F",), **{}),
                        editable=False,
                        max_length=24,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("arrest", "arrest"),
                            ("charge", "charge"),
                            ("conviction", "conviction"),
                            ("warning", "warning"),
                            ("child-safeguarded", "child-safeguarded"),
                            ("cleared", "cleared"),
                            ("no-further-action", "no-further-action"),
                            ("referred-on", "referred-on"),
                        ],
                        max_length=24,
                    ),
                ),
                ("happened_on", models.DateField(null=True)),
                ("persons", models.PositiveIntegerField(null=True)),
                ("children_safeguarded", models.PositiveIntegerField(null=True)),
                ("devices_seized", models.PositiveIntegerField(null=True)),
                ("remark", models.TextField(blank=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.agency"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="outcomes", to="casefile.case"
                    ),
                ),
                (
                    "corrects",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="casefile.outcome",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
            managers=[
                ("scoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("created_at", models.DateTimeField()),
                (
                    "id",
                    models.CharField(
                        default=functools.partial(leadline.casefile.models.base.random_id, *("P",), **{}),
                        editable=False,
                        max_length=24,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("label", models.CharField(max_length=200)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.agency"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
            managers=[
                ("scoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="PersonLead",
            fields=[
                ("created_at", models.DateTimeField()),
                (
                    "id",
                    models.CharField(
                        default=functools.partial(leadline.casefile.models.base.random_id, *("Q",), **{}),
                        editable=False,
                        max_length=24,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("reason", models.TextField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.agency"
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.lead"
                    ),
                ),
                (
                    "linked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.person"
                    ),
                ),
            ],
            managers=[
                ("scoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name="person",
            name="leads",
            field=models.ManyToManyField(related_name="persons", through="casefile.PersonLead", to="casefile.lead"),
        ),
        migrations.CreateModel(
            name="Ruling",
            fields=[
                ("created_at", models.DateTimeField()),
                (
                    "id",
                    models.CharField(
                        default=functools.partial(leadline.casefile.models.base.random_id, *("X",), **{}),
                        editable=False,
                        max_length=24,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("tip", models.CharField(max_length=24)),
                ("account_a", models.TextField()),
                ("account_b", models.TextField()),
                (
                    "ruling",
                    models.CharField(choices=[("same", "same"), ("not", "not"), ("unsure", "unsure")], max_length=10),
                ),
                ("reason", models.TextField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.agency"
                    ),
                ),
                (
                    "ruled_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            managers=[
                ("scoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="RulingSnapshot",
            fields=[
                ("created_at", models.DateTimeField()),
                (
                    "id",
                    models.CharField(
                        default=functools.partial(leadline.casefile.models.base.random_id, *("Y",), **{}),
                        editable=False,
                        max_length=24,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("tip", models.CharField(max_length=24)),
                ("sha256", models.CharField(max_length=64)),
                ("count", models.PositiveIntegerField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.agency"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
            managers=[
                ("scoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="SafeguardingClock",
            fields=[
                ("created_at", models.DateTimeField()),
                (
                    "id",
                    models.CharField(
                        default=functools.partial(leadline.casefile.models.base.random_id, *("H",), **{}),
                        editable=False,
                        max_length=24,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("grounds", models.TextField()),
                ("noticed_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("notified_at", models.DateTimeField(null=True)),
                ("notified_whom", models.CharField(blank=True, max_length=200)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.agency"
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="safeguarding", to="casefile.lead"
                    ),
                ),
                (
                    "noticed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "notified_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            managers=[
                ("scoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Selection",
            fields=[
                ("created_at", models.DateTimeField()),
                (
                    "id",
                    models.CharField(
                        default=functools.partial(leadline.casefile.models.base.random_id, *("S",), **{}),
                        editable=False,
                        max_length=24,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("tip", models.CharField(max_length=24)),
                ("run", models.CharField(max_length=24)),
                ("wording", models.TextField()),
                ("digest", models.CharField(max_length=64)),
                ("count", models.PositiveIntegerField()),
                ("reason", models.TextField()),
                ("decision", models.CharField(max_length=20)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.agency"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
            managers=[
                ("scoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name="lead",
            name="selection",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="leads", to="casefile.selection"
            ),
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                ("created_at", models.DateTimeField()),
                (
                    "id",
                    models.CharField(
                        default=functools.partial(leadline.casefile.models.base.random_id, *("K",), **{}),
                        editable=False,
                        max_length=24,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("welfare-plan", "welfare-plan"),
                            ("approach", "approach"),
                            ("inquiry", "inquiry"),
                            ("review", "review"),
                            ("other", "other"),
                        ],
                        max_length=20,
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("not-started", "not-started"),
                            ("in-progress", "in-progress"),
                            ("looked-at-incomplete", "looked-at-incomplete"),
                            ("completed", "completed"),
                            ("cannot-start-yet", "cannot-start-yet"),
                        ],
                        default=leadline.vocabulary.casework.TaskState["NOT_STARTED"],
                        max_length=24,
                    ),
                ),
                ("required", models.BooleanField(default=False)),
                ("due_on", models.DateField(null=True)),
                ("changed_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.agency"
                    ),
                ),
                (
                    "assignee",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tasks", to="casefile.case"
                    ),
                ),
            ],
            managers=[
                ("scoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                ("created_at", models.DateTimeField()),
                (
                    "id",
                    models.CharField(
                        default=functools.partial(leadline.casefile.models.base.random_id, *("G",), **{}),
                        editable=False,
                        max_length=24,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.agency"
                    ),
                ),
            ],
            managers=[
                ("scoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name="lead",
            name="team",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.team"
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="team",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.team"
            ),
        ),
        migrations.AddField(
            model_name="member",
            name="team",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.team"
            ),
        ),
        migrations.CreateModel(
            name="Tip",
            fields=[
                ("created_at", models.DateTimeField()),
                (
                    "id",
                    models.CharField(
                        default=functools.partial(leadline.casefile.models.base.random_id, *("D",), **{}),
                        editable=False,
                        max_length=24,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("tip", models.CharField(max_length=24)),
                ("current_run", models.CharField(blank=True, max_length=24)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.agency"
                    ),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tips",
                        to="casefile.operation",
                    ),
                ),
            ],
            managers=[
                ("scoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name="exhibit",
            name="tip",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="exhibits", to="casefile.tip"
            ),
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=functools.partial(leadline.casefile.models.base.random_id, *("B",), **{}),
                        editable=False,
                        max_length=24,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("seq", models.BigIntegerField()),
                ("at", models.CharField(max_length=27)),
                ("actor", models.CharField(max_length=24)),
                ("action", models.CharField(max_length=120)),
                ("thing", models.CharField(blank=True, max_length=24)),
                ("detail", models.TextField()),
                ("salt", models.CharField(max_length=64)),
                ("mac", models.CharField(max_length=64)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.agency"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["agency", "thing", "seq"], name="audit_by_thing"),
                    models.Index(fields=["agency", "actor", "seq"], name="audit_by_actor"),
                ],
                "constraints": [models.UniqueConstraint(fields=("agency", "seq"), name="audit_place_once")],
            },
            managers=[
                ("scoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                ("created_at", models.DateTimeField()),
                (
                    "id",
                    models.CharField(
                        default=functools.partial(leadline.casefile.models.base.random_id, *("Z",), **{}),
                        editable=False,
                        max_length=24,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("seq", models.BigIntegerField(default=0)),
                ("mac", models.CharField(max_length=64)),
                ("sealed", models.BigIntegerField(default=0)),
                ("sealed_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.agency"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("agency",), name="one_chain_an_agency")],
            },
            managers=[
                ("scoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="IndexedCandidate",
            fields=[
                ("id", models.CharField(max_length=24, primary_key=True, serialize=False)),
                ("run", models.CharField(max_length=24)),
                ("rank", models.IntegerField()),
                ("account_key", models.TextField()),
                ("search", models.TextField()),
                ("level", models.CharField(max_length=10)),
                ("score", models.IntegerField()),
                ("stage", models.CharField(max_length=4)),
                ("holder_certainty", models.CharField(max_length=10)),
                ("jurisdiction", models.CharField(blank=True, max_length=2)),
                ("confidence", models.SmallIntegerField()),
                ("evidence_expires", models.DateField()),
                ("first_access", models.DateTimeField()),
                ("last_access", models.DateTimeField()),
                ("days_active", models.IntegerField()),
                ("objects_opened", models.IntegerField()),
                ("objects_downloaded", models.IntegerField()),
                ("objects_added", models.IntegerField()),
                ("new_objects_added", models.IntegerField()),
                ("attempts", models.IntegerField()),
                ("caveats", models.TextField()),
                ("next_check", models.TextField()),
                ("cluster", models.CharField(blank=True, max_length=40)),
                (
                    "agency",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="casefile.agency",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["agency", "run", "account_key"], name="indexed_by_account"),
                    models.Index(fields=["agency", "run", "jurisdiction", "rank"], name="indexed_by_jurisdiction"),
                    models.Index(fields=["agency", "run", "level", "rank"], name="indexed_by_level"),
                    models.Index(fields=["agency", "run", "holder_certainty", "rank"], name="indexed_by_certainty"),
                    models.Index(fields=["agency", "run", "evidence_expires", "rank"], name="indexed_by_expiry"),
                    models.Index(fields=["agency", "run", "last_access", "rank"], name="indexed_by_last_access"),
                    models.Index(
                        fields=["agency", "run", "rank", "stage", "caveats", "search"], name="indexed_for_search"
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("agency", "run", "rank"), name="indexed_by_rank")],
            },
            managers=[
                ("scoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="IndexedRun",
            fields=[
                ("created_at", models.DateTimeField()),
                (
                    "id",
                    models.CharField(
                        default=functools.partial(leadline.casefile.models.base.random_id, *("I",), **{}),
                        editable=False,
                        max_length=24,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("run", models.CharField(max_length=24)),
                ("tip", models.CharField(max_length=24)),
                ("rows", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("cube", models.JSONField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.agency"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("agency", "run"), name="run_indexed_once")],
            },
            managers=[
                ("scoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                ("created_at", models.DateTimeField()),
                (
                    "id",
                    models.CharField(
                        default=functools.partial(leadline.casefile.models.base.random_id, *("J",), **{}),
                        editable=False,
                        max_length=24,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("receive", "receive"), ("run", "run"), ("index", "index"), ("export", "export")],
                        max_length=20,
                    ),
                ),
                ("arguments", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("running", "running"),
                            ("done", "done"),
                            ("failed", "failed"),
                        ],
                        default=leadline.vocabulary.casework.JobState["WAITING"],
                        max_length=20,
                    ),
                ),
                ("claim", models.CharField(blank=True, max_length=40)),
                ("heartbeat_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("doing", models.CharField(blank=True, max_length=100)),
                ("done_units", models.BigIntegerField(default=0)),
                ("total_units", models.BigIntegerField(null=True)),
                ("result", models.JSONField(null=True)),
                ("fault", models.TextField(blank=True)),
                ("ended_at", models.DateTimeField(null=True)),
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
            ],
            options={
                "indexes": [models.Index(fields=["agency", "state", "created_at"], name="job_by_state")],
            },
            managers=[
                ("scoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("created_at", models.DateTimeField()),
                (
                    "id",
                    models.CharField(
                        default=functools.partial(leadline.casefile.models.base.random_id, *("N",), **{}),
                        editable=False,
                        max_length=24,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("text", models.TextField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.agency"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="casefile.case"
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="casefile.lead"
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("lead__isnull", True), ("case__isnull", True), _connector="XOR"),
                        name="note_on_one_thing",
                    )
                ],
            },
            managers=[
                ("scoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddConstraint(
            model_name="personlead",
            constraint=models.UniqueConstraint(fields=("person", "lead"), name="person_and_lead_once"),
        ),
        migrations.AddIndex(
            model_name="ruling",
            index=models.Index(fields=["agency", "tip", "created_at"], name="ruling_by_tip"),
        ),
        migrations.AddIndex(
            model_name="safeguardingclock",
            index=models.Index(fields=["agency", "notified_at", "due_at"], name="safeguarding_by_due"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["agency", "state", "due_on"], name="task_by_due"),
        ),
        migrations.AddConstraint(
            model_name="team",
            constraint=models.UniqueConstraint(fields=("agency", "name"), name="team_once_an_agency"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["agency", "state", "created_at"], name="lead_by_state"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["agency", "team", "state"], name="lead_by_team"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["agency", "assignee", "state"], name="lead_by_assignee"),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.UniqueConstraint(fields=("agency", "tip", "account_key"), name="lead_once_an_account"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["agency", "stage", "created_at"], name="case_by_stage"),
        ),
        migrations.AddConstraint(
            model_name="tip",
            constraint=models.UniqueConstraint(fields=("agency", "tip"), name="tip_once_an_agency"),
        ),
        migrations.AddConstraint(
            model_name="exhibit",
            constraint=models.UniqueConstraint(fields=("agency", "number"), name="exhibit_number_once_an_agency"),
        ),
    ]
