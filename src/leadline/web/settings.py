"""Django's settings, from the workspace that LEADLINE_WORKSPACE names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from leadline.casefile.database import database_of
from leadline.seal.desk_key import DESK_KEY, sign_in_keys
from leadline.settings import FILE_NAME, Settings, read_settings

LEADLINE_WORKSPACE = Path(os.environ.get("LEADLINE_WORKSPACE") or ".").resolve()
LEADLINE_PLAIN = os.environ.get("LEADLINE_DESK_PLAIN") == "1"
"""Without TLS: for a desk that listens on this machine alone. Anything else stands behind TLS."""

_IS_THERE = (LEADLINE_WORKSPACE / FILE_NAME).exists()
_STATED = read_settings(LEADLINE_WORKSPACE, {}) if _IS_THERE else Settings()
LEADLINE_PROXIES = 0 if LEADLINE_PLAIN else _STATED.proxies
"""How many proxies stand in front, by the workspace's setting `proxies`; a plain desk has none."""
LEADLINE_IDENTITY_PROVIDERS = _STATED.identity_providers
"""File of the agencies' identity providers, by the workspace's setting; empty: none."""

_KEYS = sign_in_keys(LEADLINE_WORKSPACE, "django") if (LEADLINE_WORKSPACE / DESK_KEY).exists() else []
SECRET_KEY, *SECRET_KEY_FALLBACKS = [key.hex() for key in _KEYS] or [""]
"""Empty where no desk was set up here: Django then refuses to work. Sessions of the key before go on while it is
turned (`leadline desk turn-keys`)."""
DEBUG = False
ALLOWED_HOSTS = (os.environ.get("LEADLINE_DESK_HOSTS") or "127.0.0.1,localhost").split(",")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.humanize",
    "django.forms",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "leadline.casefile",
    "leadline.web.apps.WebConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "leadline.web.middleware.NoTraces",
    "leadline.web.middleware.SecondFactor",
    "leadline.web.middleware.Refusals",
]
ROOT_URLCONF = "leadline.web.urls"
WSGI_APPLICATION = "leadline.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "leadline.web.frame.frame",
            ],
            "builtins": ["leadline.web.templatetags.desk"],
        },
    }
]
FORM_RENDERER = "leadline.web.forms.DeskRenderer"
DATABASES: dict[str, dict[str, Any]] = {"default": database_of(LEADLINE_WORKSPACE)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # Shared by all processes, because the limits on sign-in lie here.
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(LEADLINE_WORKSPACE / "cache" / "desk"),
    }
}

AUTH_USER_MODEL = "casefile.Member"
AUTHENTICATION_BACKENDS = ["leadline.web.adapters.SignIn"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
ACCOUNT_ADAPTER = "leadline.web.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ALLAUTH_TRUSTED_PROXY_COUNT = LEADLINE_PROXIES
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "10/m/ip,5/300s/key"}
MFA_ADAPTER = "leadline.web.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Leadline"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_SSL_REDIRECT = not LEADLINE_PLAIN
SECURE_HSTS_SECONDS = 0 if LEADLINE_PLAIN else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not LEADLINE_PLAIN
SECURE_HSTS_PRELOAD = not LEADLINE_PLAIN
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if LEADLINE_PROXIES else None
SESSION_COOKIE_NAME = "leadline" if LEADLINE_PLAIN else "__Host-leadline"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not LEADLINE_PLAIN
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_NAME = "leadline-form" if LEADLINE_PLAIN else "__Host-leadline-form"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "leadline.web.views.refusals.no_token"
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 10 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
LANGUAGE_CODE = "en"
"""Pages are written in one language; numbers are grouped where a person reads them, by the templates."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {
        name: {"handlers": ["console"], "level": "WARNING", "propagate": False} for name in ("django", "leadline")
    },
}
