"""What an identity provider said of a colleague: its signed token, judged with pinned keys and nobody asked."""

from __future__ import annotations

import logging
from hmac import compare_digest
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import jwt
from django.conf import settings
from django.core.checks import Tags, Warning, register  # noqa: A004  Django's name

from leadline.casefile.identity_providers import SETTING, Provider, read_providers, standing
from leadline.errors import WrongUsage

if TYPE_CHECKING:
    from django.core.checks import CheckMessage

_LOG = logging.getLogger(__name__)
LEEWAY = 60
"""Seconds by which the provider's clock and this one may differ."""
_LONGEST_SUBJECT = 255
_NEEDED = ["iss", "sub", "aud", "exp", "iat", "nonce"]


class NotVouched(Exception):
    """The token vouches for nobody here. Why stands in the server's log and is not told to whoever asked."""


def providers() -> tuple[Provider, ...]:
    """The agencies' providers; none where the settings name no file or the file is unfit, which the log then says.

    Read anew each time, so that a new key file holds from the next sign-in on.
    """
    path = settings.LEADLINE_IDENTITY_PROVIDERS
    if not path:
        return ()
    try:
        return read_providers(Path(path))
    except WrongUsage as error:
        _LOG.warning("Nobody can sign in by an identity provider: %s", error)
        return ()


def provider_of(agency: str) -> Provider | None:
    """The provider of the agency with this code."""
    return next((one for one in providers() if one.agency == agency), None)


def request_to(provider: Provider, *, landing: str, state: str, nonce: str) -> str:
    """The address at which the provider asks the colleague to sign in (OpenID Connect Core 1.0, 3.2.2.1).

    The token comes back through the browser as a form; there is no code that Leadline would have to redeem.
    """
    asked = {
        "response_type": "id_token",
        "response_mode": "form_post",
        "scope": "openid",
        "client_id": provider.client_id,
        "redirect_uri": landing,
        "state": state,
        "nonce": nonce,
    }
    return f"{provider.endpoint}{'&' if '?' in provider.endpoint else '?'}{urlencode(asked)}"


def subject_of(token: str, provider: Provider, *, nonce: str, asked_at: float) -> str:
    """Whom the provider's token names, to the provider alone (`sub`); :class:`NotVouched` unless all of it holds.

    ``asked_at`` is in seconds since 1970: a token that is older than the question is no answer to it.
    """
    try:
        key = _key_of(jwt.get_unverified_header(token), provider)
        claims = jwt.decode(
            token,
            key,
            algorithms=[key.algorithm_name],
            audience=provider.client_id,
            issuer=provider.issuer,
            leeway=LEEWAY,
            options={"require": _NEEDED},
        )
        _check(claims, provider, nonce, asked_at)
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise NotVouched(f"{type(error).__name__}: {error}") from error
    return str(claims["sub"])


def _key_of(header: dict[str, Any], provider: Provider) -> jwt.PyJWK:
    if "crit" in header or str(header.get("typ", "JWT")).lower() != "jwt":
        raise NotVouched("it is another kind of token")
    named = header.get("kid")
    if named is None and len(provider.keys) == 1:
        return next(iter(provider.keys.values()))
    found = provider.keys.get(named) if isinstance(named, str) else None
    if found is None:
        raise NotVouched("it names no key that is pinned")
    return found


def _check(claims: dict[str, Any], provider: Provider, nonce: str, asked_at: float) -> None:
    """What the library leaves to us."""
    if claims["aud"] not in (provider.client_id, [provider.client_id]):
        raise NotVouched("it is for others besides")
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise NotVouched("it was issued to another client")
    if not compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise NotVouched("it answers another question")
    if float(claims["iat"]) < asked_at - LEEWAY:
        raise NotVouched("it is older than the question")
    if not claims["sub"] or len(claims["sub"]) > _LONGEST_SUBJECT:
        raise NotVouched("it names nobody")


@register(Tags.security, deploy=True)
def providers_are_whole(**_: Any) -> list[CheckMessage]:
    """Where the settings name a file of identity providers, it is there, whole, and nobody else may write it."""
    path = settings.LEADLINE_IDENTITY_PROVIDERS
    if not path:
        return []
    state, said = standing(Path(path))
    hint = f"docs/sign-in.md; `leadline set {SETTING} ''` turns it off"
    return [] if state == "ok" else [Warning(f"Identity providers: {said}", hint=hint, id="leadline.W002")]
