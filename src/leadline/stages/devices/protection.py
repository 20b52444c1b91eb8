"""Whether a source can be written to at all; seen before it is examined, and never a reason to skip the proof."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MOUNTED_READ_ONLY = "mounted-read-only"
NOT_WRITABLE = "not-writable"
WRITABLE = "writable"
"""Only the digests before and after show then that nothing was changed."""


def protection_of(path: Path) -> str:
    """One of the words above: what keeps this process from writing to a file or folder."""
    if os.statvfs(path).f_flag & os.ST_RDONLY:
        return MOUNTED_READ_ONLY
    return WRITABLE if os.access(path, os.W_OK) else NOT_WRITABLE
