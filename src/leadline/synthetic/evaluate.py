"""Measures error rates on invented operations: `python -m leadline.synthetic.evaluate [--seeds N] [--accounts N]`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from leadline import __version__
from leadline.errors import LeadlineError
from leadline.synthetic import product
from leadline.synthetic.answer_rates import measure_answers
from leadline.synthetic.error_rates import page, shows_no_lift
from leadline.synthetic.inventor import invent
from leadline.synthetic.link_rates import CAREFUL, Linked, links_section, measure_links
from leadline.synthetic.measures import Measured, measure, read_truth
from leadline.synthetic.origin_rates import measure_origins, origin_section
from leadline.synthetic.scale import SCALES, Scale

_FIRST_SEED = 101
_FIRST_LINK_SEED = 41
"""Seeds that nobody looked at while the rules of linkage were chosen (1 to 40, 201 to 216), trained on 101 to 104."""
_CAREFUL_SEEDS = 5
_LINK_ACCOUNTS = 5_000
_ORIGIN_SEEDS = 12
_AT_A_TIME = 2


def evaluate(scale: Scale, seeds: list[int]) -> list[Measured]:
    """Invent, run and measure one operation a seed, two at a time; in the order of the seeds."""

    def one(seed: int) -> Measured:
        with tempfile.TemporaryDirectory(prefix="leadline-evaluate-") as folder:
            invented = invent(Path(folder) / "invented", scale=scale, seed=seed)
            found = product.candidates(Path(folder) / "workspace", invented)
            measured = measure(read_truth(invented.truth), found)
            measure_answers(measured, *product.answers(Path(folder) / "workspace", Path(folder), seed=seed))
        sys.stderr.write(f"seed {seed} measured\n")
        return measured

    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        return list(pool.map(one, seeds))


def evaluation_scale(accounts: int) -> Scale:
    """The scale `evaluation` with another number of accounts."""
    usual = SCALES["evaluation"]
    return replace(
        usual,
        accounts=accounts,
        records=accounts * usual.records // usual.accounts,
        lines=accounts * usual.lines // usual.accounts,
        objects=max(60, accounts * usual.objects // usual.accounts),
        countries=min(usual.countries, accounts // 8),
    )


def link_rates(seeds: int, *, large: int) -> str:
    """The section on links: so many worlds, some of them once more with careful holders, one of ``large`` accounts."""

    def one(seed: int, careful: float | None = None, accounts: int = _LINK_ACCOUNTS) -> Linked:
        found = measure_links(seed, accounts=accounts, **({} if careful is None else {"careful": careful}))
        sys.stderr.write(f"links of {accounts:,} accounts, seed {seed}, measured\n")
        return found

    numbers = list(range(_FIRST_LINK_SEED, _FIRST_LINK_SEED + seeds))
    usual = [one(seed) for seed in numbers]
    careful = [one(seed, CAREFUL) for seed in numbers[:_CAREFUL_SEEDS]]
    huge = one(_FIRST_LINK_SEED, accounts=large) if large else None
    return links_section(usual, careful, huge, accounts=_LINK_ACCOUNTS)


def origin_rates(seeds: int) -> str:
    """The section on the origin of the cache."""
    return origin_section([found for seed in range(1, seeds + 1) for found in measure_origins(seed)])


PAGE = Path("docs/error-rates.md")
DISCLOSED = Path(__file__).parent.parent / "dispatch" / "error-rates.md"
"""The same page as it goes with every disclosure."""


def main(arguments: list[str] | None = None) -> int:
    """Measure and write the page; 0 when it was written, 1 when a command failed or the control did not hold."""
    parser = argparse.ArgumentParser(prog="python -m leadline.synthetic.evaluate", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--accounts", type=int, default=SCALES["evaluation"].accounts)
    parser.add_argument("--link-seeds", type=int, default=20, help="worlds of 5,000 accounts for the links; 0: none")
    parser.add_argument("--link-large", type=int, default=SCALES["operation"].accounts, help="accounts; 0: none")
    parser.add_argument("--origin-seeds", type=int, default=_ORIGIN_SEEDS)
    parser.add_argument("--out", type=Path, default=PAGE)
    given = parser.parse_args(arguments)
    if given.seeds < 1 or given.accounts < 100:
        parser.error("at least 1 seed and 100 accounts are needed")
    try:
        more = [link_rates(given.link_seeds, large=given.link_large)] if given.link_seeds else []
        more += [origin_rates(given.origin_seeds)] if given.origin_seeds else []
        measured = evaluate(evaluation_scale(given.accounts), list(range(_FIRST_SEED, _FIRST_SEED + given.seeds)))
    except LeadlineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    given.out.parent.mkdir(parents=True, exist_ok=True)
    text = page(measured, accounts=given.accounts, first_seed=_FIRST_SEED, version=__version__, more=more)
    for out in (given.out, *([DISCLOSED] if given.out == PAGE else [])):
        out.write_text(text, encoding="utf-8")
    sys.stderr.write(f"{given.out} written\n")
    return 0 if shows_no_lift(measured) else 1


if __name__ == "__main__":
    sys.exit(main())
