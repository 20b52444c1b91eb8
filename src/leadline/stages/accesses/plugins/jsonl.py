"""One JSON object a line, flat; keys that are not ours are mapped in `tip.toml`."""

from __future__ import annotations

from leadline.stages.accesses.contract import Example, LogFormat, ObjectLayout

_GOOD = (
    '{"when": "2019-09-20T02:15:00Z", "account_key": "acct-1", "remote_ip": "240.0.0.9", "remote_port": 51515,'
    ' "action": "view", "object_key": "k-1", "status": 200, "bytes": 5120, "user_agent": "Example/1.0"}'
)

PLUGIN = LogFormat(
    name="jsonl",
    layout=ObjectLayout(),
    times="any",
    example_columns={"when": "accessed_at"},
    reads=(
        Example(
            _GOOD,
            {
                "account_key": "acct-1",
                "accessed_at": "2019-09-20T02:15:00Z",
                "remote_ip": "240.0.0.9",
                "remote_port": 51515,
                "action": "view",
                "object_key": "k-1",
                "status": 200,
                "bytes": 5120,
                "user_agent": "Example/1.0",
                "session": None,
            },
        ),
        Example(
            '{"when": 1568945700.25, "account_key": null, "remote_ip": "2001:db8::1", "action": "Upload",'
            ' "object_key": "k\\u002d2", "status": 1e2, "bytes": -3, "session": {"a": [1, "b"]}}',
            {
                "account_key": None,
                "accessed_at": "2019-09-20T02:15:00.250000Z",
                "remote_ip": "2001:db8::1",
                "action": "upload",
                "object_key": "k-2",
                "status": None,
                "succeeded": False,
                "bytes": None,
                "session": '{"a":["1","b"]}',
            },
        ),
    ),
    rejects=(
        Example("a line of something else", reason="not-the-format"),
        Example(_GOOD[:-1], reason="not-the-format"),
        Example(f"{_GOOD} {_GOOD}", reason="not-the-format"),
        Example(f"[{_GOOD}]", reason="not-the-format"),
        Example(_GOOD.replace("200", "NaN"), reason="not-the-format"),
        Example(_GOOD.replace("bytes", "status"), reason="not-the-format"),
        Example(_GOOD.replace("Example", "\\ud800"), reason="not-the-format"),
        Example(_GOOD.replace("5120", "[" * 100_000), reason="not-the-format"),
        Example(_GOOD.replace('"view"', "null"), reason="missing-field"),
        Example(_GOOD.replace("remote_ip", "from"), reason="missing-field"),
        Example(_GOOD.replace("00Z", "00"), reason="bad-time"),
        Example(_GOOD.replace("00Z", "61Z"), reason="bad-time"),
        Example(_GOOD.replace("240.0.0.9", "here"), reason="bad-address"),
    ),
)
