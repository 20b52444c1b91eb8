"""Standard access logs of CloudFront: tabs between fields, times in UTC, the client's port, encoded agents."""

from __future__ import annotations

from leadline.stages.accesses.contract import Example, FieldsLayout, LogFormat

_GOOD = "\t".join(
    (
        "2019-09-20",
        "02:15:00",
        "EX1",
        "5120",
        "240.0.0.9",
        "GET",
        "cache.example",
        "/o/k-1",
        "200",
        "-",
        "Example/1.0%20(a)",
        "size=2",
        "Hit",
        "51515",
    )
)

PLUGIN = LogFormat(
    name="cloudfront",
    layout=FieldsLayout(
        header="directive",
        delimiter="\t",
        nothing="-",
        spare_end=True,
        columns={
            "date": "date",
            "time": "time",
            "c-ip": "address",
            "c-port": "port",
            "cs-method": "method",
            "cs-uri-stem": "path",
            "sc-status": "status",
            "sc-bytes": "bytes",
            "cs(User-Agent)": "agent",
        },
    ),
    times="clock",
    header=(
        "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status"
        " cs(Referer) cs(User-Agent) cs-uri-query x-edge-result-type c-port"
    ),
    marks=("x-edge-",),
    beats=5,
    reads=(
        Example(
            _GOOD,
            {
                "account_key": None,
                "accessed_at": "2019-09-20T02:15:00Z",
                "remote_ip": "240.0.0.9",
                "remote_port": 51515,
                "object_key": "k-1",
                "status": 200,
                "bytes": 5120,
                "user_agent": "Example/1.0%20(a)",
            },
        ),
        Example(
            f"{_GOOD}\t".replace("51515", "-").replace("/o/k-1", "/o/k-2"), {"remote_port": None, "object_key": "k-2"}
        ),
    ),
    rejects=(
        Example("a line of something else", reason="not-the-format"),
        Example(f"{_GOOD}\tmore", reason="not-the-format"),
        Example(_GOOD.rpartition("\t")[0], reason="not-the-format"),
        Example(_GOOD.replace("02:15:00", "25:15:00"), reason="bad-time"),
        Example(_GOOD.replace("240.0.0.9", "240.0.0"), reason="bad-address"),
    ),
)
