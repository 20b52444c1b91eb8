"""Request patterns: groups are numbered, and nothing that could take for ever is let in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leadline.facts.engine import Engine
from leadline.stages.intake.patterns import compile_request
from leadline.stages.intake.refusal import BundleRefused

if TYPE_CHECKING:
    from leadline.seal.manifest import RequestPattern


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return Engine(spill=tmp_path_factory.mktemp("spill"), threads=1, memory_mb=128)


def compiled(path: str, engine: Engine, action: str = "view") -> RequestPattern:
    return compile_request(method="GET", path=path, action=action, where="tip.toml, line 1", engine=engine)


GOOD = {
    "/o/(?P<object>[^/]+)": ("/o/([^/]+)", 1, 0, 0),
    "/o/(?<object>[^/]+)": ("/o/([^/]+)", 1, 0, 0),
    "/(a|b)/(?P<object>.+)": ("/(a|b)/(.+)", 2, 0, 0),
    "/(?:a|b)/(?P<object>.+)": ("/(?:a|b)/(.+)", 1, 0, 0),
    "/u/(?P<account>[^/]+)/c/(?P<cache>k[0-9])/o/(?P<object>(x)(y))": ("/u/([^/]+)/c/(k[0-9])/o/((x)(y))", 3, 1, 2),
    r"/\((?P<object>[(?P<a>)]+)": (r"/\(([(?P<a>)]+)", 1, 0, 0),
    r"/[]()]\)(?P<object>x)": (r"/[]()]\)(x)", 1, 0, 0),
    r"/(?P<object>[[:alnum:]]+)": (r"/([[:alnum:]]+)", 1, 0, 0),
    "(?i)/O/(?P<object>x)": ("(?i)/O/(x)", 1, 0, 0),
    "/o/(?P<object>(?:ab){1,9})": ("/o/((?:ab){1,9})", 1, 0, 0),
    r"/o/(?P<object>(?:ab)?\)*)": (r"/o/((?:ab)?\)*)", 1, 0, 0),
    "/o/(?P<object>[)*]+)": ("/o/([)*]+)", 1, 0, 0),
}


@pytest.mark.parametrize("path", GOOD)
def test_named_groups_become_numbers(path: str, engine: Engine) -> None:
    found = compiled(path, engine)
    assert (found.path, found.object_group, found.account_group, found.cache_group) == GOOD[path]
    assert found.written == path


@pytest.mark.parametrize(
    "path",
    [
        "/(?P<object>(?:ab)*)",
        "/(?P<object>(ab)+)",
        "/(?P<object>x)+",
        "/(?P<object>x){2,}",
        "/((?:a*)b)*(?P<object>x)",
        "/((a)b){0,}(?P<object>x)",
        "/(?P<object>(?:a|b)*?)",
        "/(?P<object>x)(?:[)]|a)+",
    ],
)
def test_a_group_repeated_without_limit_is_refused_with_the_reason(path: str, engine: Engine) -> None:
    with pytest.raises(BundleRefused, match="without limit") as caught:
        compiled(path, engine)
    assert "[^/]*" in caught.value.advice


@pytest.mark.parametrize(
    "path",
    [
        "/(?P<object>x",
        "/(?P<object>x))",
        "/(?P<object>[x)",
        "/(?=a)(?P<object>x)",
        "/(?!a)(?P<object>x)",
        "/(?<=a)(?P<object>x)",
        r"/(?P<object>x)\1",
        r"/(?P<object>x)(?P=object)",
        "/(?>a)(?P<object>x)",
        "/(?P<object>a{2000})",
        "/(?P<object>x)|a)|(b",
        "/(?P<object>a**)",
        r"/(?P<object>\Q(a)*\E)",
        "/" + "a" * 1000 + "(?P<object>x)",
        "/(?P<object>x)(?P<object>y)",
        "/(?P<subject>x)",
        "/x",
    ],
)
def test_what_is_no_re2_pattern_or_names_no_object_is_refused(path: str, engine: Engine) -> None:
    with pytest.raises(BundleRefused) as caught:
        compiled(path, engine)
    assert caught.value.where == "tip.toml, line 1"
    assert caught.value.advice


def test_a_listing_needs_the_cache_and_no_object(engine: Engine) -> None:
    assert compiled("/c/(?P<cache>[^/]+)", engine, "list").cache_group == 1
    assert compiled("/c/(?P<object>[^/]+)", engine, "list").object_group == 1
    with pytest.raises(BundleRefused):
        compiled("/c/", engine, "list")
    with pytest.raises(BundleRefused):
        compiled("/c/(?P<cache>[^/]+)", engine, "view")


def test_what_was_compiled_matches_as_it_was_written(engine: Engine) -> None:
    found = compiled("/c/(?P<cache>[^/]+)/o/(?P<object>[^/?]+)/raw", engine)
    (row,) = engine.rows(
        "select regexp_extract($path, '^(?:' || $pattern || ')$', 2) as object",
        {"path": "/c/k1/o/a1/raw", "pattern": found.path},
    )
    assert (row["object"], found.object_group) == ("a1", 2)
