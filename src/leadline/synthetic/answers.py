"""Invents record holders' answers to requests, with the mistakes that have opened wrong doors planted among them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from leadline.synthetic.chance import generator
from leadline.vocabulary.checkdigits import ALPHABET
from leadline.vocabulary.instants import iso_z

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import numpy as np

Row = dict[str, str]
_EVERY = 4
"""One request in so many is answered with a mistake."""
_LEASE = timedelta(days=10)


@dataclass(frozen=True)
class InventedAnswers:
    """A filled answer form and the truth about it."""

    rows: tuple[Row, ...]
    planted: Mapping[int, str]
    """By the line of the file in which a row stands (the header is line 1): the mistake that was planted there."""


def invent_answers(requests: Sequence[Mapping[str, object]], seed: int) -> InventedAnswers:
    """Answers to these requests, in their order; the same requests and seed give the same answers."""
    chance = generator(seed, "answers")
    asked = [{key: "" if value is None else str(value) for key, value in row.items()} for row in requests]
    alone = _alone(asked)
    rows: list[Row] = []
    planted: dict[int, str] = {}
    for number, request in enumerate(asked):
        good = _answered(request)
        made = _with_mistake(good, chance, single=alone[number]) if number % _EVERY == 0 else None
        for row, mistake in made or [(good, "")]:
            rows.append(row)
            if mistake:
                planted[len(rows) + 1] = mistake
    return InventedAnswers(tuple(rows), planted)


def write_answers(answers: InventedAnswers, path: Path) -> None:
    """Write the form as CSV; it must not be there yet."""
    columns = list(dict.fromkeys(name for row in answers.rows for name in row))
    with path.open("x", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(answers.rows)


def _alone(asked: Sequence[Row]) -> list[bool]:
    """Whether nothing else is asked about the same address: a contradiction then spoils no other answer."""
    met: dict[str, int] = {}
    for row in asked:
        met[row["address"]] = met.get(row["address"], 0) + 1
    return [met[row["address"]] == 1 for row in asked]


def _answered(request: Row) -> Row:
    """A truthful answer: one subscriber an address, whose lease covers the instant; none where none can be named."""
    if request["resolvable"] not in {"True", "true"}:
        return {**request, "resolvable": "false", "answer": "no-record", "source": "none kept"}
    instant = _instant(request["instant_utc"])
    return {
        **request,
        "resolvable": "true",
        "answer": "subscriber",
        "subscriber": f"customer of {request['address']}",
        "valid_from": iso_z(instant - _LEASE),
        "valid_to": iso_z(instant + _LEASE),
        "source": "lease records",
        "looked_up_address": request["address"],
        "looked_up_port": request["port"],
        "looked_up_instant": request["instant_utc"],
    }


def _with_mistake(good: Row, chance: np.random.Generator, *, single: bool) -> list[tuple[Row, str]] | None:
    """The rows that stand in place of a good one, each with its mistake; None where the one drawn does not fit."""
    if good["answer"] != "subscriber":
        return None
    names = sorted((*MISTAKES, "the same answer twice", "two answers that contradict"))
    name = names[int(chance.integers(len(names)))]
    if name == "the same answer twice":
        return [(good, ""), (dict(good), name)]
    if name == "two answers that contradict":
        return [(good, name), ({**good, "subscriber": "another customer"}, name)] if single else None
    changed = MISTAKES[name](good)
    return (
        [({**good, **changed}, name)] if changed and any(good[key] != value for key, value in changed.items()) else None
    )


def _instant(written: str) -> datetime:
    return datetime.fromisoformat(written)


def _other(symbol: str, symbols: str = "0123456789") -> str:
    return symbols[(symbols.index(symbol) + 1) % len(symbols)]


def _digit_of_address(row: Row) -> Row:
    text = row["address"]
    return {"address": text[:-1] + _other(text[-1], "0123456789abcdef" if ":" in text else "0123456789")}


def _digits_of_address_swapped(row: Row) -> Row:
    text = row["address"]
    pairs = [at for at in range(len(text) - 1) if text[at] != text[at + 1] and text[at : at + 2].isalnum()]
    at = pairs[-1] if pairs else 0
    return {"address": text[:at] + text[at + 1] + text[at] + text[at + 2 :]} if pairs else {}


def _port_swapped(row: Row) -> Row:
    return {"port": row["port"][:-2] + row["port"][-1] + row["port"][-2]} if len(row["port"]) > 1 else {}


def _hour_and_minute(row: Row) -> Row:
    text = row["instant_utc"]
    return {"instant_utc": f"{text[:11]}{text[14:16]}:{text[11:13]}{text[16:]}"}


def _day_and_month(row: Row) -> Row:
    text = row["instant_utc"]
    return {"instant_utc": f"{text[:5]}{text[8:10]}-{text[5:7]}{text[10:]}"}


def _zone_not_heeded(row: Row) -> Row:
    local = row["instant_local"]
    return {"instant_utc": f"{local[:-6]}Z"} if local else {}


def _lease(row: Row, begins: timedelta, ends: timedelta) -> Row:
    instant = _instant(row["instant_utc"])
    return {"valid_from": iso_z(instant + begins), "valid_to": iso_z(instant + ends)}


MISTAKES: Mapping[str, Callable[[Row], Row]] = {
    "a digit of the address is wrong": _digit_of_address,
    "two digits of the address are swapped": _digits_of_address_swapped,
    "two digits of the port are swapped": _port_swapped,
    "the port is left out": lambda _: {"port": ""},
    "hour and minute are swapped": _hour_and_minute,
    "day and month are swapped": _day_and_month,
    "local time is written as UTC": _zone_not_heeded,
    "the zone is left out": lambda row: {"instant_utc": row["instant_utc"].removesuffix("Z")},
    "the check digit is mistyped": lambda row: {
        "check_digit": row["check_digit"][0] + _other(row["check_digit"][1], ALPHABET)
    },
    "the request id is mistyped": lambda row: {
        "request_id": row["request_id"][:-1] + _other(row["request_id"][-1], ALPHABET)
    },
    "another holder answers": lambda _: {"holder": "Another holder (invented)"},
    "the lease had ended": lambda row: _lease(row, -_LEASE, timedelta(seconds=-1)),
    "the lease had not begun": lambda row: _lease(row, timedelta(seconds=1), _LEASE),
    "the lease has no zone": lambda row: {"valid_from": row["valid_from"].removesuffix("Z")},
    "nobody is named": lambda _: {"subscriber": ""},
    "another address was looked up": lambda row: {"looked_up_address": _digit_of_address(row)["address"]},
    "another minute was looked up": lambda row: {
        "looked_up_instant": iso_z(_instant(row["instant_utc"]) + timedelta(minutes=1))
    },
}
"""What each mistake changes in a good answer; nothing where it does not fit that answer."""
