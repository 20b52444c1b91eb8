"""A colleague who signs in: one agency, at most one team, one role or more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from leadline.casefile.models.base import Scoped, id_field
from leadline.vocabulary.casework import Role

if TYPE_CHECKING:
    from typing import Self


class SignIns(BaseUserManager["Member"]):
    """Rows for the sign-in machinery alone, which must find a colleague before it knows the agency."""

    def get_by_natural_key(self, username: str | None) -> Member:
        """Names are compared as they are written, in small letters."""
        return self.get(login=(username or "").lower())

    def signing_in_as(self, login: str) -> Member | None:
        """The colleague of this login who may sign in, if there is one."""
        return self.filter(login=login.lower(), is_active=True).first()

    def vouched_for(self, agency: str, issuer: str, subject: str) -> Member | None:
        """The colleague to whom the agency's admin linked this subject of its provider, and who may sign in."""
        linked = self.filter(agency__code=agency, identity_issuer=issuer, identity_subject=subject, is_active=True)
        return linked.exclude(identity_subject="").first()


class Member(AbstractBaseUser):
    """A colleague; ``login`` is ``name@agency-code``, so that no agency's choice of names shows in another's."""

    id = id_field("M")
    login = models.CharField(max_length=120, unique=True)
    display_name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    agency = models.ForeignKey("casefile.Agency", on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey("casefile.Team", null=True, on_delete=models.PROTECT, related_name="+")
    roles = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    identity_issuer = models.CharField(max_length=400, blank=True, default="")
    identity_subject = models.CharField(max_length=255, blank=True, default="")
    """Who the colleague is to the agency's identity provider, as the admin linked it; empty: signs in by password."""
    created_at = models.DateTimeField()

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[SignIns] = SignIns()
    scoped: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        constraints = [
            # Within the agency alone: nobody learns here whom another agency has linked.
            models.UniqueConstraint(
                fields=["agency", "identity_issuer", "identity_subject"],
                condition=~models.Q(identity_subject=""),
                name="one_colleague_a_subject",
            )
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def held_roles(self) -> frozenset[Role]:
        """The roles as words of the closed list; a word that is none counts for nothing."""
        known = set(Role)
        return frozenset(Role(word) for word in self.roles if word in known)

    @property
    def is_staff(self) -> bool:
        """There is no Django admin; the property is for libraries that ask."""
        return False

    def has_perm(self, perm: str, obj: Any = None) -> bool:  # noqa: ARG002  Django's signature
        """Permissions are decided by :func:`leadline.casefile.policy.may` and nowhere else."""
        return False
