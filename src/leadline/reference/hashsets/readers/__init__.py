"""One file a format of hash sets; each holds its examples."""

from __future__ import annotations
