"""One row by its name, for an actor: there, or not there; another agency's is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from leadline.errors import NotThere

if TYPE_CHECKING:
    from leadline.casefile.models import Member
    from leadline.casefile.models.base import Actor, Owned

T = TypeVar("T", bound="Owned | Member")


def one(model: type[T], name: str, *, actor: Actor, lock: bool = False) -> T:
    """The row called ``name`` among those visible to the actor, locked until the transaction ends where asked for.

    :class:`NotThere` reads the same, whatever the reason is.
    """
    rows = model.scoped.visible_to(actor)
    found = (rows.select_for_update() if lock else rows).filter(pk=name).first()
    if found is None:
        raise NotThere("there is no such entry.", advice="See the list that you came from.")
    return cast("T", found)
