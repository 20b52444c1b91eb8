"""The files of a package, one plug-in each."""

from __future__ import annotations
