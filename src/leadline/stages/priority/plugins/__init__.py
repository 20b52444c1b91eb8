"""The factors of the log stage, one file each; the registry hands them over."""

from __future__ import annotations
