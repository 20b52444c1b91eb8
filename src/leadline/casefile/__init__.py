"""The case file: what people decide, as one Django application (decisions; facts lie in the lake)."""

from __future__ import annotations
