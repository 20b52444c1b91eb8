"""The sign-in library's addresses that the desk uses (no sign-up, no mail, no forgotten passwords), and the agencies'
identity providers."""

from __future__ import annotations

from allauth.account import views as account
from django.urls import include, path

from leadline.web.views import identity

urlpatterns = [
    path("sign-in/", account.login, name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("again/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", account.password_change, name="account_change_password"),
    path("identity/start/", identity.start, name="identity-start"),
    path("identity/landing/", identity.landing, name="identity-landing"),
    path("identity/finish/", identity.finish, name="identity-finish"),
    path("factor/", include("allauth.mfa.urls")),
]
