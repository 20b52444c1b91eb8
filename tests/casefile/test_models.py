"""The case file's tables: in step with their migrations, without counters, each row with an agency and one door."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from leadline.casefile.models import Member

MODELS = sorted(apps.get_app_config("casefile").get_models(), key=lambda model: model.__name__)
DECISIONS = [model for model in MODELS if model.__name__ != "Agency"]


@pytest.mark.django_db
def test_the_migrations_make_the_tables_that_the_models_say() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_no_table_counts(model: type[models.Model]) -> None:
    assert not [field.name for field in model._meta.get_fields() if isinstance(field, models.AutoField)]


@pytest.mark.parametrize("model", DECISIONS, ids=lambda model: model.__name__)
def test_every_row_has_an_agency_and_one_door(model: type[models.Model]) -> None:
    assert model._meta.get_field("agency").null is False
    door = model.scoped  # type: ignore[attr-defined]
    assert not [name for name in ("filter", "get", "create", "update", "exclude") if hasattr(door, name)]
    assert not hasattr(model, "objects") or model is Member
