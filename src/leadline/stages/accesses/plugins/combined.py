"""Combined and common log format of Apache httpd and nginx: a time with its offset, no client port."""

from __future__ import annotations

from leadline.stages.accesses.contract import Example, LogFormat, PatternLayout, literal, quoted, token

_V4_BEGUN = r"[0-9]{1,3}\.[0-9.]{1,11}|[0-9a-fA-F]{0,4}:[0-9a-fA-F:.]{1,40}"
_GOOD = '240.0.0.9 - acct-1 [20/Sep/2019:02:15:00 +1200] "GET /o/k-1?size=2 HTTP/1.1" 200 5120 "-" "Example/1.0"'

PLUGIN = LogFormat(
    name="combined",
    layout=PatternLayout(
        pieces=(
            token("address"),
            *literal(" "),
            token(),
            *literal(" "),
            token("account", r"[^ \[]+"),
            *literal(" ["),
            token("time", r"[^\]]+"),
            *literal("] "),
            quoted("request"),
            *literal(" "),
            token("status", "[0-9]{3}|-", cut_off="[0-9]{0,3}"),
            *literal(" "),
            token("bytes", "[0-9]+|-"),
        ),
        tail=(*literal(" "), quoted(), *literal(" "), quoted("agent")),
        sure=7,
        start=f"(?:{_V4_BEGUN})",
    ),
    times="clf",
    reads=(
        Example(
            _GOOD,
            {
                "account_key": "acct-1",
                "accessed_at": "2019-09-19T14:15:00Z",
                "time_text": "20/Sep/2019:02:15:00 +1200",
                "remote_ip": "240.0.0.9",
                "remote_port": None,
                "object_key": "k-1",
                "status": 200,
                "bytes": 5120,
                "user_agent": "Example/1.0",
            },
        ),
        Example(
            '::ffff:240.0.0.9 - - [20/Sep/2019:02:15:00 +0000] "GET /o/k-2 HTTP/1.1" 304 - "-" "-"',
            {"account_key": None, "remote_ip": "240.0.0.9", "status": 304, "bytes": None, "user_agent": None},
        ),
        Example(
            r'2001:db8::1%eth0 - b [20/Sep/2019:02:15:00 +0000] "GET /o/k-3 HTTP/1.1" 200 1 "-" "a \"b\" \\ \x01"',
            {"remote_ip": "2001:db8::1", "user_agent": r"a \"b\" \\ \x01"},
        ),
        Example(
            '240.0.0.9 - c [20/Sep/2019:02:15:00 +0000] "GET /o/k-4 HTTP/1.0" - 7',
            {"account_key": "c", "status": None, "bytes": 7, "user_agent": None},
        ),
    ),
    rejects=(
        Example("a line of something else", reason="not-the-format"),
        Example(f"{_GOOD} and more", reason="not-the-format"),
        Example(f"site.example:443 {_GOOD}", reason="not-the-format"),
        Example(_GOOD[:10], reason="truncated"),
        Example(_GOOD[:40], reason="truncated"),
        Example(_GOOD[:70], reason="truncated"),
        Example(_GOOD[:-1], reason="truncated"),
        Example(_GOOD.replace("20/Sep", "31/Sep"), reason="bad-time"),
        Example(_GOOD.replace("02:15:00", "02:61:00"), reason="bad-time"),
        Example(_GOOD.replace("240.0.0.9", "host.example"), reason="bad-address"),
        Example(_GOOD.replace("240.0.0.9", "240.0.0.256"), reason="bad-address"),
        Example(_GOOD.replace("240.0.0.9", "host.example").replace("20/Sep", "31/Sep"), reason="bad-time"),
    ),
)
