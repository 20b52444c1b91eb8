"""A small tip whose requests a record holder answers: every account, address and instant is known by heart."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leadline.cli.main import run

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

TIP = """
[tip]
reference = "ESP-0042"
provider = "Example Cloud"
received_at = 2019-09-20T02:15:00Z

[[file]]
path = "events.csv"
kind = "access-log"
format = "csv"

[[file]]
path = "inventory.csv"
kind = "inventory"

[[file]]
path = "accounts.csv"
kind = "accounts"
"""
EVENTS = """\
accessed_at,remote_ip,remote_port,account_key,action,object_key
2019-03-01T10:25:00Z,240.1.0.5,40001,anna,download,a1
2019-03-04T10:25:00Z,240.1.0.5,40002,anna,upload,a2
2019-03-02T11:05:30Z,240.2.0.9,40003,bert,view,a1
2019-03-03T12:00:00Z,240.3.0.7,,carl,view,a1
2019-03-05T09:00:00Z,240.4.0.8,40005,anna,view,a1
2019-03-06T08:00:00Z,240.1.0.6,40006,dora,view,a1
"""
INVENTORY = "object_key,size,sha256,added_at\n" + "".join(
    f"{key},10,{key[0] * 63}{key[1]},2019-01-01T00:00:00Z\n" for key in ("a1", "a2")
)
ACCOUNTS = "account_key,email,phone\nanna,tav.rasko@mail.example,+64 21 555 0101\nbert,b.two@mail.example,\n"
NETWORKS = """\
first,last,country,asn,holder,kind
240.1.0.0,240.1.255.255,NZ,64500,Access NZ (invented),access
240.2.0.0,240.2.255.255,AU,64501,Access AU (invented),access
240.3.0.0,240.3.255.255,NZ,64502,Mobile NZ (invented),cgnat
240.4.0.0,240.4.255.255,NZ,64503,Fibre NZ (invented),access
"""


@dataclass
class Desk:
    """A workspace with one tip that was run, and what an analyst does there."""

    workspace: Path
    folder: Path
    capsys: pytest.CaptureFixture[str]

    def says(self, *arguments: str, code: int = 0) -> str:
        """What a command prints; the exit code must be ``code``."""
        self.capsys.readouterr()
        found = run([*arguments, "--workspace", str(self.workspace)])
        printed = self.capsys.readouterr()
        assert found == code, printed.err
        return printed.out

    def requests(self) -> dict[str, list[dict[str, str]]]:
        """The rows of the answer form, by address, in the order of their instants."""
        rows: dict[str, list[dict[str, str]]] = {}
        for row in csv.DictReader(io.StringIO(self.says("requests"))):
            rows.setdefault(row["address"], []).append(row)
        return {key: sorted(found, key=lambda row: row["instant_utc"]) for key, found in rows.items()}

    def paper(self, name: str, rows: list[dict[str, str]]) -> Path:
        """A CSV file of these rows."""
        target = self.folder / name
        with target.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return target

    def answers(self, name: str, rows: list[dict[str, str]], *more: str) -> dict[str, Any]:
        """What `answers FILE --json` prints for these rows."""
        said: dict[str, Any] = json.loads(self.says("answers", str(self.paper(name, rows)), "--json", *more))
        return said

    def checks(self, name: str, rows: list[dict[str, str]], *more: str) -> dict[str, Any]:
        """What `checks FILE --json` prints for these rows."""
        said: dict[str, Any] = json.loads(self.says("checks", str(self.paper(name, rows)), "--json", *more))
        return said

    def explain(self, account: str) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.says("explain", account, "--json"))
        return told

    def candidates(self) -> dict[str, dict[str, Any]]:
        """The candidates of the last run by account."""
        rows = [json.loads(line) for line in self.says("candidates", "--json").splitlines()]
        return {row["account_key"]: row for row in rows}


def named(row: dict[str, str], subscriber: str, **more: str) -> dict[str, str]:
    """The row answered: the subscriber had the address from the first of March 2019 on; looked up as asked."""
    usual = {
        "answer": "subscriber", "subscriber": subscriber, "valid_from": "2019-03-01T00:00:00Z",
        "valid_to": "2019-03-31T00:00:00Z", "source": "lease log", "looked_up_address": row["address"],
        "looked_up_port": row["port"], "looked_up_instant": row["instant_utc"],
    }  # fmt: skip
    return {**row, **usual, **more}


def prepare(folder: Path) -> None:
    """Seal the tip in a new workspace below the folder, and run it."""
    bundle, where = folder / "bundle", ("--workspace", str(folder / "workspace"))
    bundle.mkdir()
    for name, text in (("tip.toml", TIP), ("events.csv", EVENTS), ("inventory.csv", INVENTORY)):
        (bundle / name).write_text(text)
    (bundle / "accounts.csv").write_text(ACCOUNTS)
    networks = folder / "networks.csv"
    networks.write_text(NETWORKS)
    assert run(["init", str(folder / "workspace")]) == 0
    assert run(["reference", "add", "networks", str(networks), "--as-of", "2019-01-01", "--name", "reg", *where]) == 0
    assert run(["receive", str(bundle), *where]) == 0
    assert run(["run", *where]) == 0
