"""How large an invented operation is."""

from __future__ import annotations

from dataclasses import dataclass, replace

from leadline.errors import WrongUsage


@dataclass(frozen=True)
class Scale:
    """The size of an invented operation; all counts are of the whole tip."""

    name: str
    accounts: int
    """Accounts with a relevant access."""
    records: int
    """Account records that the provider hands over."""
    lines: int
    """Lines of all access logs together, malformed ones and repeated ones included."""
    objects: int
    """Objects that the inventory lists."""
    cache_bytes: int
    """Sizes of all listed objects together."""
    countries: int
    """Countries in which account holders live."""
    nz_accounts: int
    """Accounts whose true country is New Zealand."""
    nz_persons: int
    """Persons behind those."""
    depth: int
    """Roughly how many relevant accesses an account has."""


SCALES = {
    scale.name: scale
    for scale in (
        Scale("tiny", 60, 150, 1_500, 60, 40_000_000, 12, 5, 3, 5),
        Scale("evaluation", 1_500, 2_500, 40_000, 600, 400_000_000, 60, 12, 7, 8),
        Scale("small", 2_000, 5_000, 60_000, 900, 500_000_000, 130, 12, 7, 8),
        Scale("operation", 90_000, 1_000_000, 20_000_000, 60_000, 32_000_000_000, 130, 125, 71, 30),
    )
}
"""The named scales; `operation` has the size of the real one."""


def scale_named(name: str) -> Scale:
    """The scale called ``name``; :class:`WrongUsage` names the ones there are."""
    if name not in SCALES:
        raise WrongUsage(f"there is no scale {name!r}.", advice=f"Known: {', '.join(sorted(SCALES))}.")
    return SCALES[name]


def scaled(*, lines: int, accounts: int | None = None) -> Scale:
    """An operation of ``lines`` lines in the proportions of the real one, for benchmarks of linearity.

    Raises :class:`WrongUsage` below 20,000 lines or where the accounts leave no room for other lines.
    """
    operation = SCALES["operation"]
    people = max(1_000, operation.accounts * lines // operation.lines) if accounts is None else accounts
    if lines < 20_000 or people < 100 or people * operation.depth * 2 > lines * 3:
        raise WrongUsage(
            f"{lines} lines do not hold {people} accounts.", advice="Ask for more lines or for fewer accounts."
        )
    return replace(
        operation,
        name=f"scaled-{lines}-{people}",
        accounts=people,
        records=max(people * 2, operation.records * lines // operation.lines),
        lines=lines,
        objects=max(500, operation.objects * lines // operation.lines),
        countries=min(130, people // 8),
        nz_accounts=max(5, people * operation.nz_accounts // operation.accounts),
        nz_persons=max(3, people * operation.nz_persons // operation.accounts),
    )
