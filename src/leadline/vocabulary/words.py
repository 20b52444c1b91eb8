"""Words of closed lists as people read them, on pages and on paper."""

from __future__ import annotations

WORDS = {
    "very-high": "very high",
    "set-aside": "set aside",
    "in-case": "in a case",
    "not-started": "Not started",
    "in-progress": "In progress",
    "looked-at-incomplete": "Looked at, incomplete",
    "completed": "Completed",
    "cannot-start-yet": "Cannot start yet",
    "child-safeguarded": "child safeguarded",
    "no-further-action": "no further action",
    "referred-on": "referred on",
    "agency-admin": "agency admin",
    "taken-in": "taken in",
    "handed-over": "handed over",
    "cache-opened": "cache, opened",
    "mounted-read-only": "mounted read-only",
    "not-writable": "the desk may not write to it",
    "writable": "the desk could write to it",
    "different": "DIFFERENT",
    "cgnat-no-port": "carrier NAT without a port",
    "carrier-nat-without-port": "carrier NAT without a port",
    "cgnat": "carrier NAT",
    "vpn": "VPN",
    "tor": "Tor",
    "signs-of-compromise": "signs of compromise",
    "provider-says-compromised": "provider says: compromised",
    "reported-as-victim": "named as a victim's in a report",
    "only-anonymised-addresses": "only anonymised addresses",
    "single-accident": "a single accident",
    "device-opened": "opened objects on an examined device",
    "person-at-the-device": "who sat at the device",
    "providers-own-flag": "the provider's own flag",
    "evidence-expiry": "when evidence is lost",
    "subscriber": "which subscriber had the address",
    "access-log": "access log",
    "delta": "supplement",
    "none": "no lead yet",
}
"""Words that are not simply read with spaces for hyphens."""


def word(value: object) -> str:
    """A word of a closed list, as people read it."""
    text = str(value)
    return WORDS.get(text, text.replace("-", " "))
