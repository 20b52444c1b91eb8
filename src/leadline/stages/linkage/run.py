"""Carries out the rules of linkage: identifiers, capped pairs, weighed evidence, links, clusters."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import pyarrow as pa

from leadline.facts.tables.accesses import AccessRow
from leadline.facts.tables.accounts import AccountRecordRow, ActivityRow
from leadline.facts.tables.attribution import SightingRow, SignupRow
from leadline.facts.tables.linkage import ClusterRow, LinkRow, RulingHeardRow
from leadline.facts.tables.reports import ReportedAccountRow, ReportedEventRow
from leadline.reading.identifiers import LONGEST_MAIL
from leadline.stages.linkage.clusters import Link, clusters_of, membership
from leadline.stages.linkage.identifiers import IDENTIFIER, NAME_WORD, Reported, identifiers
from leadline.stages.linkage.rulings import CONTESTED, groups, put_rulings
from leadline.stages.linkage.weights import HOME, SAME, weights

if TYPE_CHECKING:
    from collections.abc import Callable

    from leadline.facts.engine import Engine, Value
    from leadline.facts.runs import Work

MOST_HOLDERS = 8
"""Accounts with relevant accesses that may state one identifier; from the next one on it is nobody's own."""
LEAST_WORD_HOLDERS = 8
"""A word of a display name is rare while no more accounts have it than this, or than one in 500."""
READ = (AccessRow, AccountRecordRow, ActivityRow, SightingRow, SignupRow, ReportedAccountRow, ReportedEventRow)
FEATURES = ("crowd", "home", "identity", "rare_word")
_PAIRS = ("shared_home", "pair", "met_in_crowd", "shared_word", "compared", "weighed", "contradiction")
_STATED = """
select
    a.account_key, substr(r.email, 1, $longest) as email, substr(r.phone, 1, $longest) as phone,
    substr(r.display_name, 1, $longest) as display_name, r.declared_country,
    substr(r.device_id, 1, $longest) as device_id, substr(r.payment_token, 1, $longest) as payment_token,
    substr(r.signup_ip, 1, $longest) as signup_ip
from activity as a
left join account_record as r on r.account_key = a.account_key
where r.account_key is not null or a.account_key in (select p.account_key from reported_account as p)
order by a.account_key
"""
_REPORTED = """
select p.account_key, p.emails, p.phones, p.devices, p.screen_name
from reported_account as p
semi join activity as a on a.account_key = p.account_key
where p.role <> 'victim' and p.third_party is not true
order by p.account_key, p.file, p.report, p.party
"""
_REGISTERED = """
select e.account_key, e.remote_ip
from reported_event as e
semi join activity as a on a.account_key = e.account_key
where e.kind = 'registration'
order by e.account_key, e.file, e.report, e.event
"""
_OTHER_NAMES = """
select x.account_a, x.account_b
from contradiction as x
inner join compared as c on c.account_a = x.account_a and c.account_b = x.account_b
where c.name in ('different', 'relative')
"""
_LINK = ("account_a", "account_b", "bits", "ruled")
_START = {
    SAME: "where the reckoning starts: two accounts taken at random are hardly ever one person's",
    HOME: "where the reckoning starts: two accounts taken at random are hardly ever of one home",
}


def run(work: Work) -> None:
    """Read records, activity, accesses, sightings and rulings; write `link`, `ruling_heard` and `cluster`."""
    work.progress.begin("links between accounts", None)
    put_rulings(work.engine, work.rulings)
    features(work)
    work.engine.lend("weight", weights().levels)
    for table in (*_PAIRS, "verdict", "link"):
        _apply(work, table)
    work.lake.write(work.engine, LinkRow)
    _apply(work, "ruling_heard")
    work.lake.write(work.engine, RulingHeardRow)
    work.engine.table("membership", _memberships(work.engine))
    _apply(work, "cluster")
    work.lake.write(work.engine, ClusterRow)
    work.progress.end()


def features(work: Work) -> None:
    """Make the tables by which accounts are compared: `identity`, `rare_word`, `home` and `crowd`."""
    for fact in READ:
        work.lake.lend(work.engine, fact)
    reported = _reported(work.engine)
    stated = work.engine.stream(_STATED, {"longest": 2 * LONGEST_MAIL})
    pieces = [identifiers(batch.to_pylist(), reported) for batch in stated]
    work.engine.lend("identifier", pa.concat_tables([IDENTIFIER.empty_table(), *(rows for rows, _ in pieces)]))
    work.engine.lend("name_word", pa.concat_tables([NAME_WORD.empty_table(), *(words for _, words in pieces)]))
    for table in FEATURES:
        _apply(work, table)


def _reported(engine: Engine) -> dict[str, Reported]:
    """What reports state of accounts of the tip; accounts of other services and of victims are left alone."""
    found: dict[str, Reported] = {}
    for row in engine.arrow(_REPORTED).to_pylist():
        found.setdefault(row["account_key"], Reported()).add(row)
    for row in engine.arrow(_REGISTERED).to_pylist():
        if row["account_key"] in found:
            found[row["account_key"]].signups.append(row["remote_ip"])
    return found


def _apply(work: Work, table: str) -> None:
    sql = files("leadline.stages.linkage").joinpath(f"rules/{table}.sql").read_text("utf-8")
    work.engine.rule(table, sql, _values(work))


def _values(work: Work) -> dict[str, Value]:
    accounts = work.engine.count("activity")
    return {
        "shared_address_accounts": work.settings.shared_address_accounts,
        "most_holders": MOST_HOLDERS,
        "most_word_holders": max(LEAST_WORD_HOLDERS, accounts // 500),
        "start_same": weights().starts[SAME],
        "start_home": weights().starts[HOME],
        "start_same_sentence": _START[SAME],
        "start_home_sentence": _START[HOME],
        "threshold_same": weights().thresholds[SAME],
        "threshold_home": weights().thresholds[HOME],
    }


def _memberships(engine: Engine) -> pa.Table:
    """Clusters of both kinds; two accounts of one person are not, besides, two of one home."""
    persons = clusters_of(_links(engine, SAME), _conflicts(engine))
    person = {key: number for number, cluster in enumerate(persons) for key in cluster.members}
    apart = [one for one in _links(engine, HOME) if one.a not in person or person[one.a] != person.get(one.b)]
    homes = clusters_of(apart, lambda _a, _b: False)
    return pa.concat_tables([membership(SAME, persons), membership(HOME, homes)])


def _links(engine: Engine, kind: str) -> list[Link]:
    sql = "select l.account_a, l.account_b, l.bits, l.ruling = 'same' as ruled from link as l where l.kind = $kind"
    columns = engine.arrow(sql, {"kind": kind}).to_pydict()
    return [Link(*row) for row in zip(*(columns[name] for name in _LINK), strict=True)]


def _conflicts(engine: Engine) -> Callable[[str, str], bool]:
    """Whether two accounts speak against being one person's: a ruling, or other full names with other telephones.

    Where rulings of same lead from one to the other, what the accounts state does not part them again.
    """
    parted = _ruled(engine, "not") | _ruled(engine, CONTESTED)
    speaks = _pairs(engine, _OTHER_NAMES)
    joined = groups(_ruled(engine, "same"))
    stated = engine.arrow(
        "select i.account_key, i.name, i.initial, i.phone from identifier as i"
        " where i.full_name and i.phone is not null"
    ).to_pylist()
    known = {row["account_key"]: (set(row["name"].split()), row["initial"], row["phone"]) for row in stated}

    def conflict(a: str, b: str) -> bool:
        if (min(a, b), max(a, b)) in parted:
            return True
        if a in joined and joined[a] == joined.get(b):
            return False
        if (min(a, b), max(a, b)) in speaks:
            return True
        one, other = known.get(a), known.get(b)
        if one is None or other is None:
            return False
        return not one[0] & other[0] and one[1] != other[1] and one[2] != other[2]

    return conflict


def _ruled(engine: Engine, word: str) -> set[tuple[str, str]]:
    return _pairs(engine, "select r.account_a, r.account_b from ruling as r where r.ruling = $word", word=word)


def _pairs(engine: Engine, sql: str, **values: str) -> set[tuple[str, str]]:
    columns = engine.arrow(sql, dict(values)).to_pydict()
    return set(zip(columns["account_a"], columns["account_b"], strict=True))
