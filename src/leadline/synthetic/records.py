"""The provider's account records: one for nearly every account, most of them never near the cache."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from leadline.synthetic.chance import Flags, Ints, generator
from leadline.synthetic.countries import CALLING, CODES
from leadline.synthetic.months import BEGIN, DAY, END
from leadline.synthetic.places import passers_by
from leadline.synthetic.population import COMPROMISED, Population
from leadline.synthetic.wording import AddressText, joined, repeated, taken

if TYPE_CHECKING:
    from pathlib import Path

    from leadline.synthetic.scale import Scale

PATH = "accounts.csv"
COLUMNS = {
    "account_id": "account_key", "created": "created_at", "mail": "email", "telephone": "phone",
    "shown_as": "display_name", "says_country": "declared_country", "pays_from": "payment_country",
    "device": "device_id", "signup_address": "signup_ip", "signup_time": "signup_at", "closed": "closed_at",
    "taken_over": "compromised",
}  # fmt: skip
_HEADER = ",".join([*COLUMNS, "plan"]) + "\n"
_AT_ONCE = 200_000


@dataclass(frozen=True)
class _Sheet:
    """The values of all records, one entry a record."""

    created: Ints
    closed: Ints
    country: Ints
    declared: Ints
    device: Ints
    signup: Ints
    has_phone: Flags
    pays: Flags
    taken_over: Flags


def write(
    folder: Path, scale: Scale, *, seed: int, population: Population, keys: Any, texts: AddressText
) -> list[tuple[str, int, str]]:
    """Write the records; returns (path, line, reason) of the malformed ones."""
    sheet = _sheet(scale, seed, population)
    with (folder / PATH).open("xb") as out:
        out.write(_HEADER.encode())
        for first in range(0, scale.records, _AT_ONCE):
            rows = np.arange(first, min(scale.records, first + _AT_ONCE))
            text = _text(sheet, rows, keys, texts)
            ends = np.frombuffer(text.buffers()[1], dtype=np.int32)
            out.write(memoryview(text.buffers()[2])[: ends[len(text)]])
        out.write((",".join([""] * len(COLUMNS)) + ",basic\n").encode())
    return [(PATH, scale.records + 2, "missing-field")]


def flagged(population: Population, scale: Scale) -> Flags:
    """Accounts of which the provider itself says that somebody took them over."""
    recorded = (population.record < scale.records) & (population.record % 2 == 0)
    return np.asarray((population.conduct == COMPROMISED) & recorded, dtype=np.bool_)


def _sheet(scale: Scale, seed: int, population: Population) -> _Sheet:
    rng = generator(seed, "records")
    count = scale.records
    has = population.record < scale.records
    mine = population.record[has]
    country = rng.integers(0, len(CODES), count)
    country[mine] = population.country[has]
    device = np.arange(count) + 1_000_000
    device[mine] = population.person[has]
    declared = np.where(rng.random(count) < 0.93, country, rng.integers(0, len(CODES), count))
    taken_over = np.zeros(count, dtype=np.bool_)
    taken_over[mine] = flagged(population, scale)[has]
    created = BEGIN - rng.integers(0, 1500 * DAY, count)
    closed = np.where(rng.random(count) < 0.02, rng.integers(END, END + 10 * DAY, count), 0)
    return _Sheet(
        created=created,
        closed=closed,
        country=country,
        declared=np.where(rng.random(count) < 0.9, declared, -1),
        device=device,
        signup=passers_by(np.arange(count)),
        has_phone=rng.random(count) < 0.4,
        pays=rng.random(count) < 0.25,
        taken_over=taken_over,
    )


def _text(sheet: _Sheet, rows: Ints, keys: Any, texts: AddressText) -> Any:
    key = keys.slice(int(rows[0]), len(rows))
    codes = pa.array([*CODES, ""])
    created = _instants(sheet.created[rows])
    values = [
        key,
        created,
        joined(key, repeated("@mail.example", len(rows))),
        _phones(sheet, rows),
        joined(repeated("Holder ", len(rows)), key),
        taken(codes, np.where(sheet.declared[rows] < 0, len(CODES), sheet.declared[rows])),
        taken(codes, np.where(sheet.pays[rows], sheet.country[rows], len(CODES))),
        joined(repeated("dev-", len(rows)), pa.array(sheet.device[rows]).cast(pa.string())),
        texts.whole(sheet.signup[rows]),
        created,
        pc.if_else(pa.array(sheet.closed[rows] == 0), "", _instants(sheet.closed[rows])),
        taken(pa.array(["", "true"]), sheet.taken_over[rows] * 1),
        repeated("basic\n", len(rows)),
    ]
    return pc.binary_join_element_wise(*values, ",")


def _instants(at: Ints) -> Any:
    moments = pa.array(at).cast(pa.timestamp("s"))
    return pc.strftime(moments, format="%Y-%m-%dT%H:%M:%SZ")


def _phones(sheet: _Sheet, rows: Ints) -> Any:
    """Telephone numbers that no network can give out: after the calling code they begin with four zeros."""
    calling = pa.array([f"+{CALLING[code]}0000" if code in CALLING else "" for code in CODES])
    known = np.array([code in CALLING for code in CODES])[sheet.country[rows]] & sheet.has_phone[rows]
    numbers = pc.utf8_lpad(pa.array(sheet.device[rows] % 1_000_000).cast(pa.string()), width=6, padding="0")
    return pc.if_else(pa.array(known), joined(taken(calling, sheet.country[rows]), numbers), "")
