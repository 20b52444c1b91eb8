"""The desk itself as an actor, for what no colleague does: sealing the audit, building an index, carrying out jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadline.vocabulary.casework import Role


@dataclass(frozen=True)
class Machine:
    """Stands in one agency, holds no role, and may therefore decide nothing."""

    agency_id: str
    pk: str = "machine"
    team_id: str | None = None
    held_roles: frozenset[Role] = frozenset()
    is_active: bool = True
