"""Bytes of evidence as lines and records: unpacking, cutting, and telling formats and media apart."""

from __future__ import annotations
