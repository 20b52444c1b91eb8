"""Server access logs of S3: fields between blanks, more of them over the years; the account is the requester.

The key of the object is percent-encoded in a field of its own; which request is which action on which object is
told from the request itself, as in all logs of web servers.
"""

from __future__ import annotations

from leadline.stages.accesses.contract import Example, LogFormat, PatternLayout, Piece, literal, quoted, token

_TEXT = r'(?:[^"\\]|\\[^\n])*'
_REQUEST = Piece(_TEXT, "request", before='(?:"', after='"|-)', cut_off=f'"{_TEXT}\\\\?')
_OWNER = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
_GOOD = (
    f"{_OWNER} cache-1 [20/Sep/2019:02:15:00 +0000] 240.0.0.9 acct-1 3E57427F3EXAMPLE REST.GET.OBJECT k-1"
    ' "GET /o/k-1?size=2 HTTP/1.1" 200 - 5120 5120 7 6 "-" "Example/1.0 \\"a\\"" -'
)

PLUGIN = LogFormat(
    name="s3",
    layout=PatternLayout(
        pieces=(
            token(),
            *literal(" "),
            token(),
            *literal(" ["),
            token("time", r"[^\]]+"),
            *literal("] "),
            token("address"),
            *literal(" "),
            token("account"),
            *literal(" "),
            token(),
            *literal(" "),
            token(),
            *literal(" "),
            token(),
            *literal(" "),
            _REQUEST,
            *literal(" "),
            token("status", "[0-9]{3}|-", cut_off="[0-9]{0,3}"),
            *literal(" "),
            token(),
            *literal(" "),
            token("bytes", "[0-9]+|-"),
            *literal(" "),
            token(),
            *literal(" "),
            token(),
            *literal(" "),
            token(),
            *literal(" "),
            quoted(),
            *literal(" "),
            quoted("agent"),
            *literal(" "),
            token(),
        ),
        more=r"(?: [^\n]*)?",
        sure=5,
        start="[0-9a-f]{64}",
    ),
    times="clf",
    reads=(
        Example(
            _GOOD,
            {
                "account_key": "acct-1",
                "accessed_at": "2019-09-20T02:15:00Z",
                "remote_ip": "240.0.0.9",
                "remote_port": None,
                "object_key": "k-1",
                "status": 200,
                "bytes": 5120,
                "user_agent": r"Example/1.0 \"a\"",
            },
        ),
        Example(
            _GOOD.replace("acct-1", "-").replace("/o/k-1", "/o/k-2").replace(" 5120 ", " - ", 1)
            + " host= SigV4 ECDHE AuthHeader cache-1.example TLSv1.2 - -",
            {"account_key": None, "object_key": "k-2", "bytes": None},
        ),
    ),
    rejects=(
        Example("a line of something else", reason="not-the-format"),
        Example(_GOOD.replace('"Example', "Example"), reason="not-the-format"),
        Example(_GOOD[:70], reason="truncated"),
        Example(_GOOD[:150], reason="truncated"),
        Example(_GOOD[:-4], reason="truncated"),
        Example(_GOOD.replace("20/Sep", "20/Sept"), reason="bad-time"),
        Example(_GOOD.replace("240.0.0.9", "-"), reason="bad-address"),
    ),
)
