"""Tables with a header: delimiter and columns are found, names that are not ours are mapped in `tip.toml`."""

from __future__ import annotations

from leadline.stages.accesses.contract import Example, FieldsLayout, LogFormat

_GOOD = "2019-09-20T02:15:00.5+12:00,acct-1,240.0.0.9,51515,Download,k-1,200,5120,Example/1.0,s1"

PLUGIN = LogFormat(
    name="csv",
    layout=FieldsLayout(header="csv"),
    times="any",
    header="when,account_key,remote_ip,remote_port,action,object_key,status,bytes,user_agent,session",
    example_columns={"when": "accessed_at"},
    reads=(
        Example(
            _GOOD,
            {
                "account_key": "acct-1",
                "accessed_at": "2019-09-19T14:15:00.500000Z",
                "time_text": "2019-09-20T02:15:00.5+12:00",
                "remote_ip": "240.0.0.9",
                "remote_port": 51515,
                "action": "download",
                "object_key": "k-1",
                "status": 200,
                "bytes": 5120,
                "user_agent": "Example/1.0",
                "session": "s1",
            },
        ),
        Example(
            '1568945700,,[2001:db8::1]:51515,99999,VIEW,"k,2",none,1e3,"said ""x""\nin two lines",',
            {
                "account_key": None,
                "accessed_at": "2019-09-20T02:15:00Z",
                "remote_ip": "2001:db8::1",
                "remote_port": 51515,
                "object_key": "k,2",
                "status": None,
                "succeeded": False,
                "bytes": None,
                "user_agent": 'said "x"\nin two lines',
                "session": None,
            },
        ),
        Example(
            "20/Sep/2019:02:15:00 +0000,-,240.0.0.9,0,upload,k-3,201,,,",
            {"account_key": None, "accessed_at": "2019-09-20T02:15:00Z", "remote_port": None, "action": "upload"},
        ),
    ),
    rejects=(
        Example("a,line,of,something,else", reason="not-the-format"),
        Example(f"{_GOOD},more", reason="not-the-format"),
        Example(_GOOD.replace("acct-1", 'acct"1'), reason="truncated"),
        Example(_GOOD.replace("acct-1", 'ac"ct"1'), reason="not-the-format"),
        Example(_GOOD.replace("240.0.0.9", ""), reason="missing-field"),
        Example(_GOOD.replace("k-1", ""), reason="missing-field"),
        Example(_GOOD.replace("Download", ""), reason="missing-field"),
        Example(_GOOD.partition(",")[1] + _GOOD.partition(",")[2], reason="missing-field"),
        Example(_GOOD.replace("2019-09-20T", "2019-09-31T"), reason="bad-time"),
        Example(_GOOD.replace("+12:00", ""), reason="bad-time"),
        Example(_GOOD.replace("240.0.0.9", "240.0.0.9.9"), reason="bad-address"),
    ),
)
