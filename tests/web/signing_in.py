"""A browser in which a colleague has signed in, with or without a second factor."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.test import Client

if TYPE_CHECKING:
    from leadline.casefile.models import Member


def signed_in(member: Member, *, factor: bool = True) -> Client:
    """A client with the colleague's session; without a factor it is as after the password alone."""
    client = Client()
    client.force_login(member, backend="leadline.web.adapters.SignIn")
    session = client.session
    # In a day: a long test must not find halfway that the factor was shown too long ago.
    at = time.time() + 86_400
    used = [{"method": "password", "at": at}, *([{"method": "mfa", "at": at}] if factor else [])]
    session["account_authentication_methods"] = used
    session["account_authentication_methods_user"] = str(member.pk)
    session.save()
    return client
