"""`tip.toml`: what it may say, and how a wrong word is refused with its line and what to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leadline.facts.engine import Engine
from leadline.stages.intake.declaration import Declaration, read_declaration
from leadline.stages.intake.refusal import BundleRefused
from leadline.vocabulary.scales import FileKind
from tests.intake.bundles import FILES, TIP, make_folder

if TYPE_CHECKING:
    from pathlib import Path

    from tests.intake.conftest import Refusing

HEAD = '[[file]]\npath = "a.log"\nkind = "access-log"\n'
REQUEST = '[[file.request]]\nmethod = "GET"\npath = \'/o/(?P<object>[^/]+)\'\naction = "view"\n'


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return Engine(spill=tmp_path_factory.mktemp("spill"), threads=1, memory_mb=128)


def read(text: str, engine: Engine) -> Declaration:
    return read_declaration(
        text.encode(), paths={"a.log", "b.csv"}, formats=("combined", "csv", "jsonl"), engine=engine
    )


def test_everything_that_may_be_said_is_read(engine: Engine) -> None:
    stated = read(
        '[tip]\nreference = "R"\nprovider = "P"\nreceived_at = 2019-09-20T14:15:00+12:00\ncache_keys = ["k1", "k2"]\n'
        + HEAD
        + 'format = "combined"\nzone = "Pacific/Auckland"\n'
        + REQUEST
        + REQUEST.replace("GET", "PUT").replace("view", "upload")
        + '[[file]]\npath = "b.csv"\nkind = "access-log"\nformat = "csv"\n'
        '[file.columns]\n"When (local)" = "accessed_at"\n'
        '[file.values.action]\nfetch = "download"\n',
        engine,
    )
    assert (stated.reference, stated.provider, stated.received_at) == ("R", "P", "2019-09-20T02:15:00Z")
    assert stated.cache_keys == ("k1", "k2")
    log, table = stated.files["a.log"], stated.files["b.csv"]
    assert (log.kind, log.format, log.zone) == (FileKind.ACCESS_LOG, "combined", "Pacific/Auckland")
    assert [(one.method, one.action, one.path) for one in log.requests] == [
        ("GET", "view", "/o/([^/]+)"),
        ("PUT", "upload", "/o/([^/]+)"),
    ]
    assert table.columns == {"When (local)": "accessed_at"}
    assert table.values == {"action": {"fetch": "download"}}


def test_nothing_need_be_said(engine: Engine) -> None:
    assert read("", engine) == Declaration()
    assert read("\ufeff[tip]\r\nreference = 'x'\r\n", engine).reference == "x"


WRONG = {
    # what, line, what the sentence names
    "[tip]\nreference = 42\n": (2, "tip.reference"),
    "[tip]\nprovider = true\n": (2, "tip.provider"),
    '[tip]\nreceived_at = "2019-09-20T02:15:00Z"\n': (2, "without quotes"),
    "[tip]\nreceived_at = 2019-09-20T02:15:00\n": (2, "has no zone"),
    "[tip]\nreceived_at = 2019-09-20\n": (2, "tip.received_at"),
    '[tip]\ncache_keys = "k1"\n': (2, "list"),
    "[tip]\ncache_keys = [1]\n": (2, "texts"),
    '[tip]\ncache_keys = ["k1", "k1"]\n': (2, "each once"),
    '[tip]\nreferense = "x"\n': (2, "`tip.referense` is not known"),
    '[tips]\nreference = "x"\n': (1, "`tips` is not known"),
    'tip = "x"\n': (1, "must be a table"),
    'file = "a.log"\n': (1, "[[file]]"),
    '[file]\npath = "a.log"\n': (1, "[[file]]"),
    "[[file]]\nkind = 'report'\n": (1, "`file.path` is missing"),
    '[[file]]\npath = "c.log"\n': (2, "not in the bundle"),
    '[[file]]\npath = "./a.log"\n': (2, "not in the bundle"),
    '[[file]]\npath = "tip.toml"\n': (2, "tip.toml itself"),
    HEAD + '\n[[file]]\npath = "a.log"\n': (6, "a second time"),
    '[[file]]\npath = "a.log"\nkind = "log"\n': (3, "access-log, accounts, inventory, report, other"),
    HEAD + 'format = "apache"\n': (4, "combined, csv, jsonl"),
    '[[file]]\npath = "b.csv"\nkind = "accounts"\nformat = "combined"\n': (4, "csv, jsonl"),
    HEAD + 'zone = "NZST"\n': (4, "Pacific/Auckland"),
    HEAD + 'zone = "+12:00"\n': (4, "time-zone data"),
    HEAD + 'zone = "../../etc/localtime"\n': (4, "time-zone data"),
    HEAD + "zone = 12\n": (4, "text in quotes"),
    HEAD + 'zones = "UTC"\n': (4, "`file.zones` is not known"),
    HEAD + '[file.columns]\nip = "address"\n': (5, "remote_ip"),
    HEAD + '[file.columns]\nip = "email"\n': (5, "remote_ip"),
    HEAD + '[file.columns]\na = "remote_ip"\nb = "remote_ip"\n': (5, "another column too"),
    HEAD + "[file.columns]\nip = 3\n": (5, "text in quotes"),
    HEAD + 'columns = "x"\n': (4, "must be a table"),
    HEAD + '[file.values.status]\nok = "200"\n': (4, "`file.values.status` is not known"),
    HEAD + '[file.values.action]\nfetch = "get"\n': (5, "download"),
    HEAD + "[file.request]\nmethod = 'GET'\n": (4, "[[file.request]]"),
    HEAD + REQUEST.replace("view", "open"): (6, "there is no action 'open'"),
    HEAD + REQUEST.replace('"GET"', '"get"'): (6, "in capitals"),
    HEAD + REQUEST.replace("?P<object>", "?P<objekt>"): (6, "there is no group 'objekt'"),
    HEAD + REQUEST.replace("?P<object>", ""): (6, "(?P<object>"),
    HEAD + REQUEST.replace("[^/]+)", "[^/]+"): (6, "RE2"),
    HEAD + REQUEST.replace("method", "verb"): (5, "`file.request.verb` is not known"),
    HEAD + "[[file.request]]\nmethod = 'GET'\naction = 'view'\n": (4, "`file.request.path` is missing"),
    HEAD + "[[file.request]]\npath = '/(?P<object>.)'\n": (4, "`file.request.action` is missing"),
    HEAD + 'format = "csv"\n' + REQUEST: (5, "no meaning for the format csv"),
    '[[file]]\npath = "b.csv"\nkind = "accounts"\n' + REQUEST: (4, "access logs only"),
    '[[file]]\npath = "b.csv"\nkind = "inventory"\n[file.values.action]\nx = "view"\n': (1, "access logs only"),
    '[[file]]\npath = "b.csv"\nkind = "report"\nformat = "csv"\n': (4, "Write one of cybertip-json"),
    '[[file]]\npath = "b.csv"\nkind = "other"\nzone = "UTC"\n': (4, "a file of kind other"),
    "[tip\n": (0, "cannot be read"),
    "[tip]\n[tip]\n": (0, "cannot be read"),
    "a = " + "[" * 5000: (0, "cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_word_is_refused_with_its_line_and_what_to_write(text: str, engine: Engine) -> None:
    line, named = WRONG[text]
    with pytest.raises(BundleRefused) as caught:
        read(text, engine)
    assert named in str(caught.value)
    assert caught.value.where == (f"tip.toml, line {line}" if line else "tip.toml")
    assert caught.value.advice


@pytest.mark.parametrize("data", [b"\xff\xfe[\0t\0i\0p\0]\0", b"[tip]\nreference = '\xff'\n", b"# " + b"x" * (1 << 20)])
def test_bytes_that_are_no_small_utf_8_text_are_refused(data: bytes, engine: Engine) -> None:
    with pytest.raises(BundleRefused):
        read_declaration(data, paths=(), formats=(), engine=engine)


def test_a_file_that_is_left_out_may_be_declared(engine: Engine, workspace: Path, tmp_path: Path) -> None:
    from leadline.stages.intake.receive import receive

    bundle = make_folder(tmp_path / "b", FILES)
    answer = receive(workspace, bundle, leave_out=("logs/access.log",))
    assert "logs/access.log" not in [file.path for file in answer.manifest.files]


def test_a_wrong_declaration_refuses_the_whole_bundle(refused: Refusing, tmp_path: Path) -> None:
    files = FILES | {"tip.toml": TIP.replace('"combined"', '"combned"').encode()}
    told, code = refused(make_folder(tmp_path / "b", files))
    assert code == "declaration"
    assert "tip.toml, line 10" in told
