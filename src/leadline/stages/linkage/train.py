"""Trains the table of weights with Splink on invented worlds; a run needs neither this module nor Splink.

`python -m leadline.stages.linkage.train WORLD...` reads folders that each hold a lake (as `leadline.synthetic.linked`
writes it) and `persons.csv`, and prints `weights.csv`. How often a level is met among pairs of one kind (m) comes
from the label column, how often among strangers (u) from a world that is cut down to one account a person, or a
home; both by Splink. Bits are 1000 * log2(m / u), rounded, and bounded by what so many pairs can show.
"""

from __future__ import annotations

import argparse
import csv
import logging
import sys
import tempfile
from dataclasses import dataclass, field
from math import log2
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from leadline.facts.engine import Engine
from leadline.facts.lake import Lake
from leadline.facts.runs import Work
from leadline.settings import Settings
from leadline.stages.linkage.run import features
from leadline.stages.linkage.weights import HOME, SAME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_ONE_GIVEN = "(starts_with(given_l, given_r) or starts_with(given_r, given_l))"
_MAIL_NAMES = """
    name_l = mail_name_r or name_r = mail_name_l
    or stem_l in (given_r || family_r, substr(given_r, 1, 1) || family_r)
    or stem_r in (given_l || family_l, substr(given_l, 1, 1) || family_l)
"""
_RELATIVES = f"""
    (family_l = family_r and not {_ONE_GIVEN})
    or (full_name_r and length(family_r) > 3 and substr(stem_l, 2) = family_r)
    or (full_name_l and length(family_l) > 3 and substr(stem_r, 2) = family_l)
    or (stem_l <> stem_r and substr(stem_l, 2) = substr(stem_r, 2))
"""
LEVELS: dict[str, tuple[tuple[str, str], ...]] = {
    "email": (
        ("same", "email_l = email_r"),
        ("mailbox", "mailbox_l = mailbox_r"),
        ("tagged", "untagged_l = untagged_r"),
        ("local", "local_part_l = local_part_r"),
        ("stem", "stem_l = stem_r"),
        ("different", "email_l <> email_r"),
    ),
    "phone": (("same", "phone_l = phone_r"), ("tail", "tail_l = tail_r"), ("different", "phone_l <> phone_r")),
    "device": (("same", "device_l = device_r"), ("different", "device_l <> device_r")),
    "payment": (("same", "payment_l = payment_r"), ("different", "payment_l <> payment_r")),
    "name": (
        ("handle", "name_l = name_r and handle_l"),
        ("same", "name_l = name_r"),
        ("initial", f"initial_l = initial_r and {_ONE_GIVEN}"),
        ("none", f"({_MAIL_NAMES}) and (local_part_l = local_part_r or stem_l = stem_r)"),
        ("mailbox", _MAIL_NAMES),
        ("relative", _RELATIVES),
        ("word", "len(list_intersect(words_l, words_r)) > 0"),
        ("different", "given_l <> '' and given_r <> ''"),
    ),
    "home": (
        ("pair", "len(list_intersect(pairs_l, pairs_r)) > 0"),
        ("few", "len(list_intersect(homes_l, homes_r)) > 0"),
        ("apart", "len(homes_l) > 0 and len(homes_r) > 0"),
    ),
    "signup": (("same", "signup_l = signup_r"), ("none", "signup_l <> signup_r")),
    "country": (("different", "country_l <> country_r"), ("none", "country_l = country_r")),
}
"""Field by field the levels that `rules/compared.sql` tells apart, as Splink's conditions. `none` is trained and
then left out: a run does not count it, either way."""
_ACCOUNTS = """
with home_list as (
    select h.account_key, list_sort(list(h.address || '/' || h.fortnight)) as homes,
        list_sort(list(h.address || '/' || h.fortnight) filter (where h.crowd <= 2)) as pairs
    from home as h group by h.account_key
),
word_list as (select w.account_key, list_sort(list(w.word)) as words from rare_word as w group by w.account_key)
select i.*, coalesce(h.homes, []) as homes, coalesce(h.pairs, []) as pairs, coalesce(w.words, []) as words
from identity as i
left join home_list as h on h.account_key = i.account_key
left join word_list as w on w.account_key = i.account_key
order by i.account_key
"""
SENTENCES = {
    ("email", "same"): "both state the same e-mail address",
    ("email", "mailbox"): "both state the same mailbox, by what its provider is known to ignore (dots, a tag)",
    ("email", "tagged"): "the e-mail addresses differ in a tag after + alone",
    ("email", "local"): "the names before the @ sign are the same but for dots and tags, or at other domains",
    ("email", "stem"): "the e-mail addresses have the same letters before the @ sign, with other figures",
    ("email", "different"): "the e-mail addresses differ",
    ("phone", "same"): "both state the same telephone number",
    ("phone", "tail"): "the telephone numbers end in the same seven digits",
    ("phone", "different"): "the telephone numbers differ",
    ("device", "same"): "both state the same device",
    ("device", "different"): "the devices differ",
    ("payment", "same"): "both pay by the same means",
    ("payment", "different"): "they pay by different means",
    ("name", "handle"): "both show the same handle, which few others show",
    ("name", "same"): "both show the same name, which few others show",
    ("name", "initial"): "the names have the same last word and the same first letter",
    ("name", "mailbox"): "the mailbox of one is written as the name of the other",
    ("name", "relative"): "one family name and two given names, as shown or as the mailboxes are written",
    ("name", "word"): "the names share a word that few others have",
    ("name", "different"): "the full names, as shown or as the mailboxes are written, share nothing",
    ("home", "pair"): "both used an address at about the same time that no other account used",
    ("home", "few"): "both used an address at about the same time that few other accounts used",
    ("home", "crowd"): "they met only at an address that many share, which joins nobody",
    ("home", "apart"): "both have an address of their own, and not the same one",
    ("signup", "same"): "both signed up from the same address, from which few others did",
    ("country", "different"): "they state different countries",
}
_ONLY_SAME = frozenset({"email"})
"""Fields that speak to one person, not to one home."""
_MOST_BITS = 26_000
"""Thousandths of a bit that one field adds at most."""
_LEAST = {"country": -1_000, "payment": -1_000}
"""Bounds that are set, not trained: what a holder may choose freely must not outweigh a device."""
_LEAST_OF_HOMES = {**_LEAST, "name": -500}
"""Of one home, besides: many who live together have different names, however rare that is among the invented."""
THRESHOLDS = {SAME: 3_322, HOME: 1_000}
"""Odds of 10 to 1 for one person, of 2 to 1 for one home; the rules ask for a personal key, or a roof, besides."""
_RULED = {"same": 100_000, "not": -100_000, "unsure": 0, "contested": 0}


@dataclass
class Tally:
    """m and u by field and level, a list entry a world, and how many pairs of strangers were compared."""

    m: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    u: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    strangers: int = 0
    matches: int = 0
    accounts: int = 0
    worlds: int = 0

    def bits(self, name: str, level: str) -> int:
        """Thousandths of a bit; what was never met counts as met once in three of all pairs compared."""
        m = max(_mean(self.m.get((name, level), [])), 1 / (3 * max(self.matches, 1)))
        u = max(_mean(self.u.get((name, level), [])), 1 / (3 * max(self.strangers, 1)))
        return max(-_MOST_BITS, min(_MOST_BITS, round(1000 * log2(m / u))))


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def accounts_of(world: Path) -> pa.Table:
    """The comparable accounts of a world, by the same rules as a run, with the columns `person` and `household`."""
    with tempfile.TemporaryDirectory() as spill, Engine(spill=Path(spill), threads=2) as engine:
        work = Work(
            tip=None, engine=engine, lake=Lake(world), exhibits=None,  # type: ignore[arg-type]
            settings=Settings(), references=(), scratch=world,
        )  # fmt: skip
        features(work)
        accounts = engine.arrow(_ACCOUNTS)
    with (world / "persons.csv").open(encoding="utf-8") as file:
        truth = {row["account"]: (row["person"], row["household"]) for row in csv.DictReader(file)}
    keys = accounts.column("account_key").to_pylist()
    labelled = accounts.append_column("person", pa.array([truth[key][0] for key in keys]))
    return labelled.append_column("household", pa.array([truth[key][1] for key in keys]))


def first_of_each(accounts: pa.Table, label: str) -> pa.Table:
    """One account a label: what is left are strangers to each other."""
    seen: set[str] = set()
    kept = [not (value in seen or seen.add(value)) for value in accounts.column(label).to_pylist()]  # type: ignore[func-returns-value]
    return accounts.filter(pa.array(kept))


def add_world(tally: Tally, accounts: pa.Table, label: str) -> None:
    """Add one world to the tally: m from the label, u from one account a label."""
    strangers = first_of_each(accounts, label)
    for where, found in (
        (tally.m, _trained(accounts, lambda linker: linker.training.estimate_m_from_label_column(label), "m")),
        (tally.u, _trained(strangers, _sample, "u")),
    ):
        for key, value in found.items():
            where.setdefault(key, []).append(value)
    sizes: dict[str, int] = {}
    for value in accounts.column(label).to_pylist():
        sizes[value] = sizes.get(value, 0) + 1
    tally.matches += sum(size * (size - 1) // 2 for size in sizes.values())
    tally.strangers += strangers.num_rows * (strangers.num_rows - 1) // 2
    tally.accounts += accounts.num_rows
    tally.worlds += 1


def _sample(linker: Any) -> None:
    linker.training.estimate_u_using_random_sampling(max_pairs=1e9, seed=1, min_count_per_level=None)


def _trained(accounts: pa.Table, estimate: Callable[[Any], None], which: str) -> dict[tuple[str, str], float]:
    """One parameter (`m` or `u`) by field and level, as Splink estimates it; 0 for a level that it never met."""
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator

    logging.getLogger("splink").setLevel(logging.ERROR)
    comparisons = [
        cl.CustomComparison(
            output_column_name=name,
            comparison_levels=[
                *(cll.CustomLevel(condition, label_for_charts=level) for level, condition in levels),
                {"sql_condition": "ELSE", "label_for_charts": "unstated", "is_null_level": False},
            ],
        )
        for name, levels in LEVELS.items()
    ]
    settings = SettingsCreator(
        link_type="dedupe_only", unique_id_column_name="account_key", comparisons=list(comparisons)
    )
    linker = Linker(DuckDBAPI().register(accounts), settings, log_level=logging.ERROR)
    estimate(linker)
    return _parameters(linker.misc.save_model_to_json(), which)


def _parameters(model: dict[str, Any], which: str) -> dict[tuple[str, str], float]:
    """The parameters of a saved model, each as a share of the pairs in which both sides state the field."""
    found: dict[tuple[str, str], float] = {}
    for comparison in model["comparisons"]:
        levels = comparison["comparison_levels"]
        values = {one["label_for_charts"]: float(one.get(f"{which}_probability") or 0) for one in levels}
        stated = sum(value for level, value in values.items() if level != "unstated") or 1.0
        for level, value in values.items():
            found[comparison["output_column_name"], level] = value / stated
    return found


def table(tallies: dict[str, Tally], *, version: str) -> Iterable[dict[str, object]]:
    """The rows of `weights.csv`."""
    for kind, tally in tallies.items():
        yield _row(kind, "start", "", _start(tally), "", version)
        yield _row(kind, "threshold", "", THRESHOLDS[kind], "", version)
    for (name, level), sentence in SENTENCES.items():
        for kind, tally in tallies.items():
            if kind == SAME or name not in _ONLY_SAME:
                least = _LEAST if kind == SAME else _LEAST_OF_HOMES
                yield _row(kind, name, level, _counted(tally, name, level, least), sentence, version)
    for ruling, bits in _RULED.items():
        words = "persons contradict one another" if ruling == "contested" else f"a person ruled: {ruling}"
        yield _row(SAME, "ruling", ruling, bits, f"on this pair {words}", version)


def _start(tally: Tally) -> int:
    """The odds that two accounts of one world are a match, in thousandths of a bit."""
    size = tally.accounts / tally.worlds
    return round(1000 * log2(tally.matches / tally.worlds / (size * (size - 1) / 2)))


def _counted(tally: Tally, name: str, level: str, least: Mapping[str, int]) -> int:
    """Agreement never speaks against a pair, difference never for it; a crowd counts as being apart.

    No invented mailbox lies at a provider that is known, so that one mailbox counts as one address does.
    """
    level = "same" if (name, level) == ("email", "mailbox") else level
    bits = max(tally.bits(name, "apart" if level == "crowd" else level), least.get(name, -_MOST_BITS))
    return min(bits, 0) if level in {"different", "apart", "crowd"} else max(bits, 0)


def _row(kind: str, name: str, level: str, bits: int, sentence: str, version: str) -> dict[str, object]:
    return {"kind": kind, "field": name, "level": level, "bits": bits, "sentence": sentence, "version": version}


def main(arguments: list[str] | None = None) -> None:
    """Print the table of weights trained on the worlds named."""
    parser = argparse.ArgumentParser(prog="python -m leadline.stages.linkage.train", description=__doc__)
    parser.add_argument("worlds", type=Path, nargs="+")
    parser.add_argument("--version", required=True, help="as the table states it: number, date, seeds")
    given = parser.parse_args(arguments)
    tallies = {SAME: Tally(), HOME: Tally()}
    for world in given.worlds:
        accounts = accounts_of(world)
        add_world(tallies[SAME], accounts, "person")
        add_world(tallies[HOME], first_of_each(accounts, "person"), "household")
    rows = list(table(tallies, version=given.version))
    out = csv.DictWriter(sys.stdout, list(rows[0]), lineterminator="\n")
    out.writeheader()
    out.writerows(rows)


if __name__ == "__main__":
    main()
