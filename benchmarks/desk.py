"""How fast the desk answers, beside the same rows fetched by hand: `python -m benchmarks.desk [WORKSPACE]`.

Takes a workspace that `make demo` made (default: demo/small; demo/operation has 90,000 candidates), copies it, and
fills the copied index up to 90,000 and to 1,000,000 candidates. Each page is asked for by Django's own client, with
its audit entry and its reading of the session, as an analyst who has signed in; what counts is the time on the server.
Beside a list stands a bare query of SQLite for the rows of that page; beside the page of one account, which is opened
for the first time each time, DuckDB reading the same tables of the same account.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

SIZES = (90_000, 1_000_000)
TIMES = 40
BARE = """
select rank, account_key, level, score, stage, holder_certainty, jurisdiction, confidence, evidence_expires,
       first_access, last_access, days_active, objects_opened, objects_downloaded, objects_added, new_objects_added,
       attempts, caveats, next_check, cluster
from casefile_indexedcandidate
where agency_id = ? and run = ? and rank > ?
order by rank limit 50
"""
LISTS = {
    "first page": "",
    "in the middle": "place=%3E{middle}",
    "one jurisdiction": "jurisdiction=NZ",
    "two levels, evidence lost first": "level=very-high&level=high&order=expiry",
    "a caveat": "caveat=vpn",
    "part of a name": "text=a65",
}


def main(arguments: list[str]) -> None:
    """Measure and print one line a page."""
    made = Path(arguments[0] if arguments else "demo/small")
    if not (made / "leadline.toml").exists():
        raise SystemExit(f"there is no workspace {made}: run `make demo` first")
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace"
        _copy(made, workspace)
        _set_up(workspace)
        client, copy = _signed_in()
        _accounts(client, copy)
        for size in SIZES:
            _fill(copy, size)
            _lists(client, copy, size)


def _copy(made: Path, workspace: Path) -> None:
    """Evidence is never written to, so it is linked; what a desk writes to is copied."""
    for name in ("lake", "exhibits"):
        shutil.copytree(made / name, workspace / name, copy_function=os.link)
    rest = shutil.ignore_patterns("lake", "exhibits", "cache", "tmp", "spill")
    shutil.copytree(made, workspace, ignore=rest, dirs_exist_ok=True)


def _set_up(workspace: Path) -> None:
    import django

    os.environ.update(
        LEADLINE_WORKSPACE=str(workspace), LEADLINE_DESK_PLAIN="1", DJANGO_SETTINGS_MODULE="leadline.web.settings"
    )
    django.setup()


def _signed_in() -> tuple[Any, Any]:
    from django.test import Client

    from leadline.casefile.models import IndexedRun, Member

    analyst = Member.objects.signing_in_as("analyst@training")
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(analyst, backend="leadline.web.adapters.SignIn")
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
    session["account_authentication_methods_user"] = str(analyst.pk)
    session.save()
    return client, IndexedRun.scoped.visible_to(analyst).order_by("-created_at").first()


def _accounts(client: Any, copy: Any) -> None:
    from django.urls import reverse

    from leadline.casefile.evidence import workspace
    from leadline.casefile.index.build import candidate_id
    from leadline.inquiry.candidates import select_candidates
    from leadline.inquiry.runs import open_run

    view = open_run(workspace(), copy.run)
    rows = select_candidates(view).read_all().column("account_key").to_pylist()
    chosen = rows[:: max(1, len(rows) // TIMES)][:TIMES]
    pages = [reverse("candidate", args=[candidate_id(copy.agency_id, copy.run, key)]) for key in chosen]
    _ask(client, pages[0])
    took = [_timed(lambda page=page: _ask(client, page)) for page in pages[1:]]
    bare = [_timed(lambda key=key: _by_hand(view.folder, key)) for key in chosen[1:]]
    _tell(f"page of one account, of {len(rows):,}", took, bare, "DuckDB by hand")


def _by_hand(run: Path, account: str) -> int:
    """The rows of an account in every table that lies in buckets by account."""
    import duckdb

    from leadline.facts.lake import bucket_name

    found = 0
    with duckdb.connect(":memory:") as connection:
        for file in sorted(run.glob(f"*/bucket-{bucket_name(account)}.parquet")):
            if file.parent.name not in ("link", "ruling_heard", "inputs"):
                source = f"select * from read_parquet('{file}') where account_key = ?"
                found += len(connection.execute(source, [account]).fetchall())
    return found


def _fill(copy: Any, size: int) -> None:
    """Repeat the rows of the index under other names until there are ``size``; a list knows no difference."""
    from django.db import connection

    columns = [column.name for column in connection.introspection.get_table_description(connection.cursor(), TABLE)]
    kept = [name for name in columns if name not in ("id", "rank", "account_key", "search")]
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {TABLE} where run = %s", [copy.run])
        there = whole = cursor.fetchone()[0]
        while whole < size:
            more = min(there, size - whole)
            cursor.execute(
                f"insert into {TABLE} (id, rank, account_key, search, {', '.join(kept)})"
                f" select 'U-' || lower(hex(randomblob(10))), rank + %s, account_key || %s, search || %s,"
                f" {', '.join(kept)} from {TABLE} where run = %s and rank <= %s",
                [whole, f"-{whole}", f"-{whole}", copy.run, more],
            )
            whole += more
        cursor.execute("analyze")
    copy.rows = size


TABLE = "casefile_indexedcandidate"


def _lists(client: Any, copy: Any, size: int) -> None:
    from django.db import connection
    from django.urls import reverse

    bare = sqlite3.connect(connection.settings_dict["NAME"])
    by_hand = [
        _timed(lambda at=at: bare.execute(BARE, [copy.agency_id, copy.run, at]).fetchall())
        for at in range(0, size, size // TIMES)
    ]
    for name, query in LISTS.items():
        address = f"{reverse('candidates')}?{query.format(middle=size // 2)}"
        _ask(client, address)
        took = [_timed(lambda address=address: _ask(client, address)) for _ in range(TIMES)]
        _tell(f"list of {size:,}: {name}", took, by_hand, "SQL")
    bare.close()


def _ask(client: Any, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} was answered with {answer.status_code}")


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock, and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processor


def _tell(what: str, took: list[tuple[float, float]], bare: list[tuple[float, float]], named: str) -> None:
    walls, busy = sorted(one for one, _ in took), statistics.median(one for _, one in took)
    ratio = busy / statistics.median(one for _, one in bare)
    at95 = walls[int(len(walls) * 0.95) - 1]
    print(
        f"{what}: median {statistics.median(walls) * 1000:.0f} ms, p95 {at95 * 1000:.0f} ms,"
        f" processor {busy * 1000:.0f} ms, {ratio:.1f} x {named}"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
