"""Whether the database's own wall binds the role that the desk uses; it binds no superuser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadline.casefile.database import database_url

if TYPE_CHECKING:
    from pathlib import Path

_ASKED = "select rolname, rolsuper, rolbypassrls from pg_roles where rolname = current_user"


def role_finding(workspace: Path) -> tuple[str, str]:
    """State (`ok`, `note`, `missing`, `unsafe`, as the doctor's) and what is to say of the desk's database role."""
    url = database_url(workspace)
    if not url:
        return "note", "SQLite: no row-level security behind the desk's own walls; PostgreSQL has it"
    try:
        import psycopg
    except ImportError:
        return "missing", "the desk's PostgreSQL needs `pip install 'leadline[desk]'`"
    try:
        with psycopg.connect(url) as base:
            row = base.execute(_ASKED).fetchone()
    except psycopg.Error:
        # The error's own words may hold the password of the URL.
        return "missing", "the desk's PostgreSQL cannot be reached"
    name, is_superuser, bypasses = row or ("?", True, True)
    if is_superuser or bypasses:
        how = "is a superuser" if is_superuser else "bypasses row-level security"
        return "unsafe", f"the role {name} {how}: the second wall between agencies does not bind it; use a plain role"
    return "ok", f"the role {name} is bound by row-level security"
