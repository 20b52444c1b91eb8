"""Identifiers of tips, runs and accounts."""

from __future__ import annotations

import re
from typing import NewType

from leadline.errors import WrongUsage

TipId = NewType("TipId", str)
RunId = NewType("RunId", str)
AccountKey = NewType("AccountKey", str)
"""The provider's name for an account, compared byte for byte."""

_TIP = re.compile(r"T-[0-9a-f]{16}\Z")
_RUN = re.compile(r"R-[0-9a-f]{16}\Z")


def tip_id(digest: str) -> TipId:
    """The tip whose sealed manifest content has this SHA-256."""
    return TipId(f"T-{digest[:16]}")


def run_id(digest: str) -> RunId:
    """The run whose inputs have this SHA-256."""
    return RunId(f"R-{digest[:16]}")


def parse_tip(text: str) -> TipId:
    if not _TIP.match(text):
        raise WrongUsage(
            f"{text!r} is no tip.",
            advice="A tip is written T- and 16 hexadecimal digits, as `receive` printed it.",
        )
    return TipId(text)


def parse_run(text: str) -> RunId:
    if not _RUN.match(text):
        raise WrongUsage(
            f"{text!r} is no run.",
            advice="A run is written R- and 16 hexadecimal digits, as `run` printed it.",
        )
    return RunId(text)
