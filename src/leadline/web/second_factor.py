"""Whether the second factor was shown in this very session: at the sign-in, or by setting one up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.dispatch import receiver

if TYPE_CHECKING:
    from django.http import HttpRequest

_METHOD = "mfa"


def used_factor(request: HttpRequest) -> bool:
    """Whether the colleague of the session has shown a second factor in it."""
    used = get_authentication_records(request, request.user)
    return any(record.get("method") == _METHOD for record in used)


@receiver(authenticator_added)
def _shown_by_setting_it_up(request: HttpRequest, authenticator: Any, **_: Any) -> None:
    """Whoever sets up a factor has just proved that they hold it; recovery codes prove nothing."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, request.user, _METHOD, id=authenticator.pk, type=authenticator.type)
