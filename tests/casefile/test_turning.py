"""The sign-in's key is turned: every secret opens by the new one, and the old one opens nothing once it is dropped."""

from __future__ import annotations

import base64
import runpy
from typing import TYPE_CHECKING, Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import decrypt, encrypt
from cryptography.fernet import Fernet, InvalidToken
from django.core import signing

from leadline.casefile import turning
from leadline.errors import Conflict, IntegrityBroken
from leadline.inquiry.verify import verify
from leadline.seal.desk_key import SIGN_IN_KEY, derived_key, make_desk_key, sign_in_keys
from leadline.vocabulary.casework import Role
from leadline.web import settings as delivered
from leadline.workspace import make_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from tests.desk_cast import Staff


@pytest.fixture
def workspace(tmp_path: Path, settings: Any) -> Path:
    made = make_workspace(tmp_path / "workspace", agency="police")
    make_desk_key(made)
    settings.LEADLINE_WORKSPACE = made
    return made


@pytest.fixture
def secret(workspace: Path, police: Staff) -> str:
    """An authenticator's secret and ten codes for an emergency, encrypted by the key that the desk began with."""
    made = generate_totp_secret()
    TOTP.activate(police[Role.ANALYST], made)
    RecoveryCodes.activate(police[Role.ANALYST])
    return made


def stored() -> list[str]:
    return [row.data.get("secret") or row.data["seed"] for row in Authenticator.objects.order_by("pk")]


def opens(key: bytes, text: str) -> bool:
    try:
        return bool(Fernet(base64.urlsafe_b64encode(key)).decrypt(text.encode()))
    except InvalidToken:
        return False


def test_every_secret_opens_by_the_new_key_alone_and_the_workspace_is_whole(workspace: Path, secret: str) -> None:
    old = derived_key(workspace, turning.PURPOSE)
    before = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()
    assert all(opens(old, text) for text in stored())
    assert turning.turn_keys() == 2
    new, *others = sign_in_keys(workspace, turning.PURPOSE)
    assert others == [old]
    assert [(opens(old, text), opens(new, text)) for text in stored()] == [(False, True)] * 2
    assert turning.finish_turning() == 2
    assert sign_in_keys(workspace, turning.PURPOSE) == [new]
    assert decrypt(stored()[0]) == secret
    codes = RecoveryCodes(Authenticator.objects.get(type="recovery_codes"))
    assert codes.get_unused_codes() == before
    assert verify(workspace).faults == ()
    (workspace / SIGN_IN_KEY).chmod(0o600)
    (workspace / SIGN_IN_KEY).write_text(f"{'00' * 32}\n")
    assert [fault.path for fault in verify(workspace).faults] == [SIGN_IN_KEY]


def test_what_an_old_process_wrote_meanwhile_is_not_lost(workspace: Path, secret: str) -> None:
    late = encrypt("written by a process of before")
    turning.turn_keys()
    row = Authenticator.objects.get(type="totp")
    row.data["secret"] = late
    row.save()
    assert decrypt(late) == "written by a process of before"
    turning.finish_turning()
    (new,) = sign_in_keys(workspace, turning.PURPOSE)
    assert opens(new, stored()[0])
    assert decrypt(stored()[0]) == "written by a process of before"


def test_a_secret_that_opens_by_no_key_stops_it_and_the_old_key_stays(workspace: Path, secret: str) -> None:
    turning.turn_keys()
    row = Authenticator.objects.get(type="recovery_codes")
    row.data["seed"] = Fernet(Fernet.generate_key()).encrypt(b"x").decode()
    row.save()
    before = stored()
    with pytest.raises(IntegrityBroken, match=f"second factor {row.pk}"):
        turning.finish_turning()
    assert stored() == before
    assert len(sign_in_keys(workspace, turning.PURPOSE)) == 2


def test_a_turn_is_finished_before_the_next_one_begins(workspace: Path, db: None) -> None:
    with pytest.raises(Conflict):
        turning.finish_turning()
    turning.turn_keys()
    with pytest.raises(Conflict):
        turning.turn_keys()
    turning.finish_turning()
    turning.turn_keys()


def test_sessions_of_the_key_before_go_on_until_it_is_dropped(
    workspace: Path, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADLINE_WORKSPACE", str(workspace))

    def keys() -> tuple[str, list[str]]:
        told = runpy.run_path(str(delivered.__file__))
        return told["SECRET_KEY"], told["SECRET_KEY_FALLBACKS"]

    key, fallbacks = keys()
    assert fallbacks == []
    session = signing.dumps({"who": "analyst"}, key=key)
    turning.turn_keys()
    new, fallbacks = keys()
    assert (new != key, fallbacks) == (True, [key])
    assert signing.loads(session, key=new, fallback_keys=fallbacks) == {"who": "analyst"}
    turning.finish_turning()
    assert keys() == (new, [])


@pytest.mark.parametrize("text", ["", "abc\n", "00" * 31])
def test_a_damaged_key_is_named(workspace: Path, text: str) -> None:
    (workspace / SIGN_IN_KEY).write_text(text)
    with pytest.raises(IntegrityBroken):
        sign_in_keys(workspace, turning.PURPOSE)
