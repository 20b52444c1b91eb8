"""W3C extended log format, as IIS writes it: directives name the fields, times are in UTC.

`s-port` is the server's port; the client's is `c-port`, which IIS writes only where someone asked for it.
"""

from __future__ import annotations

from leadline.stages.accesses.contract import Example, FieldsLayout, LogFormat

_GOOD = r"2019-09-20 02:15:00 240.0.0.1 GET /o/k-1 size=2 443 SITE\acct-1 240.0.0.9 51515 Example/1.0+(a) 200 0 5120"

PLUGIN = LogFormat(
    name="w3c",
    layout=FieldsLayout(
        header="directive",
        delimiter=" ",
        nothing="-",
        columns={
            "date": "date",
            "time": "time",
            "c-ip": "address",
            "c-port": "port",
            "cs-username": "account",
            "cs-method": "method",
            "cs-uri-stem": "path",
            "sc-status": "status",
            "sc-bytes": "bytes",
            "cs(User-Agent)": "agent",
        },
    ),
    times="clock",
    header=(
        "#Software: Example\n#Date: 2019-09-20 00:00:00\n"
        "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip c-port cs(User-Agent)"
        " sc-status sc-win32-status sc-bytes"
    ),
    reads=(
        Example(
            _GOOD,
            {
                "account_key": r"SITE\acct-1",
                "accessed_at": "2019-09-20T02:15:00Z",
                "time_text": "2019-09-20 02:15:00",
                "remote_ip": "240.0.0.9",
                "remote_port": 51515,
                "object_key": "k-1",
                "status": 200,
                "bytes": 5120,
                "user_agent": "Example/1.0+(a)",
            },
        ),
        Example(
            "2019-09-20 02:15:00 240.0.0.1 GET /o/k-2 - 443 - 2001:db8::1%4 - - 404 0 -",
            {
                "account_key": None,
                "remote_ip": "2001:db8::1",
                "remote_port": None,
                "user_agent": None,
                "status": 404,
                "bytes": None,
            },
        ),
    ),
    rejects=(
        Example("a line of something else", reason="not-the-format"),
        Example(f"{_GOOD} more", reason="not-the-format"),
        Example(_GOOD[:60], reason="not-the-format"),
        Example(_GOOD.replace("09-20", "09-31"), reason="bad-time"),
        Example(_GOOD.replace("2019-09-20", "-", 1), reason="bad-time"),
        Example(_GOOD.replace("02:15:00", "02:15"), reason="bad-time"),
        Example(_GOOD.replace("240.0.0.9", "-"), reason="bad-address"),
    ),
)
