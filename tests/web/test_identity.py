"""Signing in by an identity provider: the right token leads to the second factor, every other one to nothing."""

from __future__ import annotations

import base64
import json
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.test import Client

from leadline.casefile.actions.agencies import close_member, link_identity, unlink_identity
from leadline.casefile.identity_providers import read_providers, standing
from leadline.casefile.models import AuditEvent
from leadline.cli.main import run
from leadline.errors import Conflict, NotAllowed, NotThere
from leadline.seal.desk_key import make_desk_key
from leadline.vocabulary.casework import Role
from leadline.web.identity import _NEEDED, LEEWAY, NotVouched, providers_are_whole, subject_of
from leadline.web.views import identity as views
from leadline.workspace import change_setting, make_workspace
from tests.desk_cast import Staff, staff_of
from tests.web.browser import SITE, chromium, page_of
from tests.web.identity_provider import ALGORITHMS, CLIENT, FILE, ISSUER, NONCE, pinned, public_key, secret_key, token
from tests.web.matrix import plain
from tests.web.signing_in import signed_in
from tests.web.test_browser import NARROW, violations
from tests.web.test_sign_in import SIGN_IN, code, with_password

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.http import HttpResponse

START, LANDING, FINISH = (f"/account/identity/{step}/" for step in ("start", "landing", "finish"))


# The token alone.


def at(seconds: float) -> int:
    """An instant so many seconds from now, as tokens have it."""
    return int(time.time() + seconds)


def judged(text: str, folder: Path, *kids: str) -> str:
    return subject_of(text, read_providers(pinned(folder, *kids))[0], nonce=NONCE, asked_at=time.time())


@pytest.mark.parametrize("kid", ALGORITHMS)
def test_a_right_token_names_its_subject_whatever_the_algorithm_of_its_key(kid: str, tmp_path: Path) -> None:
    assert judged(token(kid), tmp_path, kid, "es" if kid != "es" else "ed") == "0f3c"


def test_clocks_may_differ_a_little_and_an_audience_may_be_a_list_of_one(tmp_path: Path) -> None:
    assert judged(token(exp=at(-LEEWAY / 2), iat=at(-LEEWAY / 2), nbf=at(LEEWAY / 2)), tmp_path) == "0f3c"
    assert judged(token(aud=[CLIENT], azp=CLIENT), tmp_path) == "0f3c"


def unsigned() -> str:
    parts = ({"alg": "none", "typ": "JWT", "kid": "es"}, jwt.decode(token(), options={"verify_signature": False}))
    return ".".join(base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=").decode() for one in parts) + ".AA"


def signed_with_the_public_key() -> str:
    """The oldest trick: the public key taken for a shared secret."""
    form = serialization.Encoding.Raw, serialization.PublicFormat.Raw
    known = secret_key("ed").public_key().public_bytes(*form)
    claims = jwt.decode(token(), options={"verify_signature": False})
    return jwt.encode(claims, known, algorithm="HS256", headers={"kid": "ed"})


def tampered() -> str:
    head, _, sign = token().split(".")
    return ".".join((head, token(sub="somebody-else").split(".")[1], sign))


WRONG: dict[str, tuple[str, Callable[[], str]]] = {
    "no token": ("DecodeError", lambda: "a.b.c"),
    "no signature": ("alg value", unsigned),
    "a shared secret": ("alg value", signed_with_the_public_key),
    "other claims under the signature": ("Signature verification", tampered),
    "somebody else's key": ("Signature verification", lambda: token(signer="other")),
    "a key that is not pinned": ("no key that is pinned", lambda: token("other")),
    "another key's name": ("alg value", lambda: token("es", header={"kid": "ed"})),
    "no key's name": ("no key that is pinned", lambda: token(header={"kid": None})),
    "another algorithm of the same key": ("alg value", lambda: token("ps", header={"kid": "rs"})),
    "a critical extension": ("critical", lambda: token(header={"crit": ["exp"]})),
    "an access token": ("another kind", lambda: token(header={"typ": "at+jwt"})),
    "another issuer": ("Invalid issuer", lambda: token(iss="https://idp.customs.example")),
    "an issuer that begins alike": ("Invalid issuer", lambda: token(iss=f"{ISSUER}/")),
    "another audience": ("Audience", lambda: token(aud="somebody-else")),
    "further audiences": ("for others besides", lambda: token(aud=[CLIENT, "somebody-else"])),
    "issued to another client": ("another client", lambda: token(azp="somebody-else")),
    "ended": ("has expired", lambda: token(exp=at(-LEEWAY - 60))),
    "not yet": ("nbf", lambda: token(nbf=at(LEEWAY + 60))),
    "issued later than now": ("iat", lambda: token(iat=at(LEEWAY + 60))),
    "older than the question": ("older than the question", lambda: token(iat=at(-LEEWAY - 60))),
    "another question's": ("another question", lambda: token(nonce="n-of-another")),
    "nobody": ("names nobody", lambda: token(sub="")),
    "a subject that is no text": ("must be a string", lambda: token(sub=7)),
    "too long a subject": ("names nobody", lambda: token(sub="a" * 256)),
    **{f"without {name}": (f'missing the "{name}"', lambda name=name: token(**{name: None})) for name in _NEEDED},
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_a_token_that_is_wrong_in_one_thing_vouches_for_nobody(what: str, tmp_path: Path) -> None:
    why, wrong = WRONG[what]
    with pytest.raises(NotVouched, match=why):
        judged(wrong(), tmp_path, "es", "ed", "rs")


def test_a_new_key_file_holds_from_the_next_sign_in_on(tmp_path: Path) -> None:
    assert judged(token("es"), tmp_path, "es") == "0f3c"
    with pytest.raises(NotVouched):
        judged(token("es"), tmp_path, "ed")


# The file.

_RSA = rsa.generate_private_key(public_exponent=65_537, key_size=1024).public_key()
_WEAK = {**jwt.algorithms.RSAAlgorithm.to_jwk(_RSA, as_dict=True), "kid": "weak"}
HALF: dict[str, tuple[str, object]] = {
    "is no TOML": ("[[provider", None),
    "no provider": ("", None),
    "something beside it": (f"debug = true\n{FILE}", None),
    "an agency twice": (FILE * 2, None),
    "a field is missing": (FILE.replace("client_id", "# client_id"), None),
    "a field is empty": (FILE.replace('"leadline-desk"', '" "'), None),
    "a field of another's": (f"{FILE}secret = 'x'\n", None),
    "not over TLS": (FILE.replace("https://idp.police.example/a", "http://idp.police.example/a"), None),
    "no address": (FILE.replace("https://idp.police.example/a", "idp.police.example/a"), None),
    "no key file": (FILE.replace("police-keys", "other-keys"), None),
    "no key set": (FILE, []),
    "no keys": (FILE, {"keys": []}),
    "keys for something else": (FILE, {"keys": [{**public_key("es"), "use": "enc"}]}),
    "one name twice": (FILE, {"keys": [public_key("es"), public_key("es")]}),
    "no name": (FILE, {"keys": [{**public_key("es"), "kid": ""}]}),
    "a shared secret": (FILE, {"keys": [{"kty": "oct", "k": "AAAA", "kid": "x"}]}),
    "the private half": (FILE, {"keys": [{**public_key("es"), "d": "AAAA"}]}),
    "another curve": (FILE, {"keys": [{**public_key("es"), "crv": "P-384"}]}),
    "another algorithm": (FILE, {"keys": [{**public_key("rs"), "alg": "RS1"}]}),
    "a damaged key": (FILE, {"keys": [{**public_key("es"), "x": "AA"}]}),
    "too short a key": (FILE, {"keys": [_WEAK]}),
}


@pytest.mark.parametrize("what", HALF)
def test_half_a_file_is_told_of_before_anybody_signs_in(what: str, tmp_path: Path, settings: Any) -> None:
    text, keys = HALF[what]
    settings.LEADLINE_IDENTITY_PROVIDERS = str(pinned(tmp_path, text=text))
    if keys is not None:
        (tmp_path / "police-keys.json").write_text(json.dumps(keys))
    state, said = standing(tmp_path / "providers.toml")
    assert (state, "docs/sign-in.md" in said) == ("missing", True)
    assert [one.id for one in providers_are_whole()] == ["leadline.W002"]


def test_a_file_that_others_may_write_is_unsafe_and_a_whole_one_is_not_warned_of(
    tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    file = pinned(tmp_path)
    settings.LEADLINE_IDENTITY_PROVIDERS = str(file)
    desk = make_workspace(tmp_path / "workspace", agency="police")
    make_desk_key(desk)
    change_setting(desk, "identity_providers", str(file))
    said = []
    for mode in (0o600, 0o620):
        (tmp_path / "police-keys.json").chmod(mode)
        assert run(["--workspace", str(desk), "doctor", "--json"]) == 0
        found = {one["subject"]: one["state"] for one in json.loads(capsys.readouterr().out)["findings"]}
        said.append((found["desk identity providers"], len(providers_are_whole())))
    assert said == [("ok", 0), ("unsafe", 1)]


# The way through the browser.


@pytest.fixture
def staff(transactional_db: None, tmp_path: Path, settings: Any) -> Staff:
    cache.clear()
    settings.LEADLINE_IDENTITY_PROVIDERS = str(pinned(tmp_path))
    found = staff_of("police")
    link_identity(found[Role.ANALYST].pk, issuer=ISSUER, subject="0f3c", actor=found.admin)
    return found


def asked(client: Client, after: str = "") -> dict[str, str]:
    """Begin; what the provider is asked."""
    page = client.post(START, {"agency": "police", "next": after})
    there = urlsplit(page.context["there"])
    assert f"{there.scheme}://{there.netloc}" == ISSUER
    return {name: value[0] for name, value in parse_qs(there.query).items()}


def answered(client: Client, question: dict[str, str], **other: Any) -> HttpResponse:
    """The provider answers the question, and the colleague sends it on."""
    claims = {"nonce": question["nonce"], **other}
    return client.post(FINISH, {"id_token": token(**claims), "state": question["state"]})


def entries(staff: Staff) -> list[tuple[str, str]]:
    rows = AuditEvent.scoped.visible_to(staff.admin).filter(action__contains=":session:").order_by("seq")
    return [(row.action, row.detail) for row in rows]


def test_the_right_token_leads_to_the_second_factor_and_that_to_the_desk(staff: Staff) -> None:
    secret, client = generate_totp_secret(), Client()
    TOTP.activate(staff[Role.ANALYST], secret)
    question = asked(client, "/leads/")
    assert question["redirect_uri"] == f"http://testserver{LANDING}"
    assert (question["response_type"], question["response_mode"]) == ("id_token", "form_post")
    assert answered(client, question).headers["Location"] == "/account/factor/authenticate/"
    assert client.get("/leads/").headers["Location"].startswith(SIGN_IN)
    assert entries(staff) == []
    assert client.post("/account/factor/authenticate/", {"code": code(secret)}).headers["Location"] == "/leads/"
    assert client.get("/leads/").status_code == 200
    assert entries(staff) == [("agency:session:begun", '{"ways":["identity-provider","mfa"]}')]


def test_whoever_has_no_second_factor_yet_comes_no_further_than_its_set_up_which_asks_for_the_password(
    staff: Staff,
) -> None:
    client = Client()
    answered(client, asked(client))
    assert client.get("/leads/").headers["Location"] == "/account/factor/totp/activate/"
    assert client.get("/account/factor/totp/activate/").headers["Location"].startswith("/account/again/")


CASES = (
    "another state", "another session", "no question", "too late", "the question before", "not linked",
    "another agency's link", "another issuer's link", "a link that was taken away", "a closed sign-in",
)  # fmt: skip


def refused_as(case: str, staff: Staff, customs: Staff) -> HttpResponse:
    client, analyst = Client(), staff[Role.ANALYST]
    question = asked(client)
    if case == "another state":
        return answered(client, {**question, "state": "A" * 43})
    if case == "another session":
        return answered(Client(), question)
    if case == "no question":
        return answered(Client(), {"nonce": "x", "state": ""})
    if case == "the question before":
        asked(client)
    if case == "another agency's link":
        link_identity(customs[Role.ANALYST].pk, issuer=ISSUER, subject="1a2b", actor=customs.admin)
    if case == "another issuer's link":
        link_identity(analyst.pk, issuer=f"{ISSUER}/old", subject="0f3c", actor=staff.admin)
    if case == "a link that was taken away":
        unlink_identity(analyst.pk, "Left the unit.", actor=staff.admin)
    if case == "a closed sign-in":
        link_identity(analyst.pk, issuer=ISSUER, subject="0f3c", actor=staff.admin)
        close_member(analyst.pk, "Left.", actor=staff.admin)
    subject = {"another agency's link": "1a2b", "not linked": "7777"}.get(case, "0f3c")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(views, "PATIENCE", -1 if case == "too late" else 600)
        return answered(client, question, sub=subject)


def test_whoever_is_not_vouched_for_is_answered_as_to_a_wrong_password(staff: Staff) -> None:
    customs = staff_of("customs", "customs")
    wrong = with_password(Client(), "analyst@police", "wrong-horse-battery-1")
    expected = wrong.status_code, plain(wrong.content).replace(b'value="analyst@police"', b'value=""')
    for case in CASES:
        cache.clear()
        given = refused_as(case, staff, customs)
        assert (given.status_code, plain(given.content)) == expected, case


def test_an_answer_is_good_once(staff: Staff) -> None:
    client = Client()
    question = asked(client)
    form = {"id_token": token(nonce=question["nonce"]), "state": question["state"]}
    assert client.post(FINISH, {**form, "id_token": "aa.bb.cc"}).status_code == 200
    assert client.post(FINISH, form).status_code == 200, "a wrong answer is an answer"
    question = asked(client)
    form = {"id_token": token(nonce=question["nonce"]), "state": question["state"]}
    assert client.post(FINISH, form).status_code == 302
    client.post("/account/sign-out/")
    assert client.post(FINISH, form).status_code == 200
    assert client.get("/leads/").headers["Location"].startswith(SIGN_IN)


def test_what_comes_from_the_providers_site_knows_nobody_and_changes_nothing(staff: Staff) -> None:
    client = Client(enforce_csrf_checks=True)
    given = client.post(LANDING, {"id_token": "aa.bb.cc", "state": "A" * 43})
    assert given.status_code == 200
    assert b"aa.bb.cc" in given.content
    assert "leadline" not in client.cookies  # the cookie of a form alone
    assert client.post(FINISH, {"id_token": "aa.bb.cc", "state": "A" * 43}).status_code == 403
    for sent in ({}, {"id_token": "aa.bb.cc", "state": ""}, {"id_token": f"aa.{'b' * 20_000}.cc", "state": "A" * 43}):
        assert client.post(LANDING, sent).status_code == 400
    assert client.get(LANDING).status_code == 405


def test_whoever_guesses_is_locked_out_as_by_passwords_and_a_right_one_does_not_count(staff: Staff) -> None:
    locked, client = b"Too many failed login attempts", Client(REMOTE_ADDR="240.0.0.1")
    for _ in range(11):
        assert answered(client, asked(client)).status_code == 302
        client.logout()
    for subject in ("7777", "7777", "7777", "7777", "7777", "6666", "5555", "4444", "3333"):
        assert locked not in answered(client, asked(client), sub=subject).content
    assert locked in answered(client, asked(client), sub="7777").content
    assert answered(client, asked(client)).status_code == 302
    client.logout()
    assert locked not in answered(client, asked(client), sub="2222").content
    assert locked in answered(client, asked(client)).content
    assert [action for action, _ in entries(staff)].count("agency:session:refused") == 10


def test_where_no_provider_is_set_nothing_of_it_is_there(staff: Staff, settings: Any) -> None:
    assert b"Police account" in Client().get(SIGN_IN).content
    settings.LEADLINE_IDENTITY_PROVIDERS = ""
    assert b"identity" not in Client().get(SIGN_IN).content
    for address in (START, LANDING, FINISH):
        assert Client().post(address, {"agency": "police"}).status_code == 404


def test_the_admin_alone_links_and_one_subject_is_one_colleague_of_the_agency(staff: Staff) -> None:
    customs, analyst, manager = staff_of("customs", "customs"), staff[Role.ANALYST], staff[Role.MANAGER]
    with pytest.raises(NotAllowed):
        link_identity(analyst.pk, issuer=ISSUER, subject="9", actor=manager)
    with pytest.raises(NotThere):
        link_identity(analyst.pk, issuer=ISSUER, subject="9", actor=customs.admin)
    with pytest.raises(Conflict):
        link_identity(manager.pk, issuer=ISSUER, subject="0f3c", actor=staff.admin)
    page = signed_in(staff.admin).post(f"/settings/people/{manager.pk}/link/", {"subject": "m-1"})
    assert page.status_code == 302
    manager.refresh_from_db()
    assert (manager.identity_issuer, manager.identity_subject) == (ISSUER, "m-1")
    assert (
        signed_in(customs.admin).post(f"/settings/people/{customs.admin.pk}/link/", {"subject": "m"}).status_code == 409
    )


@pytest.mark.drill
def test_the_pages_of_the_way_there_and_back_are_accessible_and_fit_a_narrow_screen(staff: Staff) -> None:
    with chromium() as browser:
        for width in (1280, NARROW):
            page = page_of(browser, Client(), width=width)
            page.goto(SITE + SIGN_IN)
            looks = [violations(page)]
            page.click("text=Police account")
            page.locator("text=You leave the desk").wait_for()
            looks.append(violations(page))
            page.set_content(
                f'<form method="post" action="{SITE}{LANDING}"><input name="id_token" value="aa.bb.cc">'
                f'<input name="state" value="{"A" * 43}"><button>Sign in</button></form>'
            )
            page.click("text=Sign in")
            page.locator("text=Back at the desk").wait_for()
            looks.append(violations(page))
            assert looks == [[], [], []]
            assert page.evaluate("document.documentElement.scrollWidth") <= width
