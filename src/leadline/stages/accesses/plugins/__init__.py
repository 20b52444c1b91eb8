"""The log formats, one file each; the registry finds them."""

from __future__ import annotations
