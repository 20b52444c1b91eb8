"""How the sign-in library is bound to colleagues: nobody signs up, second factors lie encrypted, no mail is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter

from leadline.casefile.actions.audit import record_reading
from leadline.casefile.models import Member
from leadline.casefile.turning import cipher
from leadline.web.proxies import note_unstated

if TYPE_CHECKING:
    from django.http import HttpRequest

_UNKNOWN = "This sign-in was not accepted. Check what you typed, or ask your agency's admin."
"""To a wrong password, a login that is none, and whomever an identity provider vouches for in vain."""


class SignIn(AuthenticationBackend):  # type: ignore[misc]
    """The library's backend; it finds a colleague together with agency and team, in one query."""

    def get_user(self, user_id: str) -> Member | None:
        """The colleague of a session, unless the sign-in was closed since."""
        found = Member.objects.select_related("agency", "team").filter(pk=user_id).first()
        return found if found is not None and found.is_active else None


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Colleagues are added by their agency's admin and in no other way."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _UNKNOWN,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  the library's signature
        """Never."""
        return False

    def login(self, request: HttpRequest, user: Member) -> None:
        """Begin the session, by whatever way; the entry stands in the audit first, and without it there is none."""
        ways = [str(one.get("method")) for one in get_authentication_records(request, user)]
        record_reading(user, "agency:session:begun", user.id, {"ways": ways})
        super().login(request, user)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that limits on sign-ins count by: behind proxies the one that the first of them saw."""
        note_unstated(request)
        return str(super().get_client_ip(request))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """No mail leaves the desk: it makes no outgoing connection."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """As above."""


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of second factors are encrypted under a key that is not in the database."""

    def encrypt(self, text: str) -> str:
        """The secret as it is stored."""
        return cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret as it was."""
        return cipher().decrypt(encrypted_text.encode()).decode()
