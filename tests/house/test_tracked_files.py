"""Nothing that is committed names the machine it was written on, or where packages come from."""

from __future__ import annotations

import re

import pytest

from tests.house import tree

# Written in pieces, so that this file does not break its own rule.
MACHINE = re.compile(
    "|".join(
        (
            r"(^|[^A-Za-z0-9._~-])/(work|farm|home)" + r"/",
            r"/tmp" + r"/[a-z]",
            r"/root" + r"/",
            r"https?://[a-z.-]*(pypi|pythonhosted|npm|deb\.)" + r"[a-z.-]*/",
            r"file:" + r"///",
        )
    )
)

BAD = [
    "/wor" + "k/main/src",
    'open("/tm' + 'p/x")',
    "/roo" + "t/.config",
    "https://py" + "pi.org/simple",
    "https://files.python" + "hosted.org/packages",
    "--extra-index-url file:" + "///opt",
]
GOOD = ["logs/work/x", "the workspace's tmp/ folder", "/c/k1/o/1/raw", "https://portal.example/c/k1", "tmp/upload"]


@pytest.mark.parametrize("line", BAD)
def test_a_path_or_an_address_of_a_machine_is_found(line: str) -> None:
    assert MACHINE.search(line)


@pytest.mark.parametrize("line", GOOD)
def test_ordinary_paths_are_left_alone(line: str) -> None:
    assert not MACHINE.search(line)


def test_no_file_names_a_machine_or_a_package_registry() -> None:
    found = [
        f"{path}:{number}: {line.strip()[:100]}"
        for path in tree.files()
        for number, line in enumerate(tree.lines(path), start=1)
        if MACHINE.search(line)
    ]
    assert not found, "\n".join(found)


def test_every_locked_package_is_pinned_by_hash() -> None:
    text = "\n".join(tree.lines("requirements.lock"))
    pins = re.findall(r"^([a-z0-9._-]+)==\S+ \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", text, re.MULTILINE)
    named = re.findall(r"^[a-z0-9].*$", text, re.MULTILINE)
    assert len(pins) == len(named) > 20
    assert {"setuptools", "duckdb", "pytest"} <= {name for name, _ in pins}


@pytest.mark.parametrize("lock", ["pdq", "pdq-build"])
def test_what_is_built_from_source_is_pinned_by_hash(lock: str) -> None:
    lines = tree.lines(f".ci/{lock}.lock")
    assert [line for line in lines if "==" in line]
    assert all(re.match(r"[a-z]+==[0-9.]+ \\$|    --hash=sha256:[0-9a-f]{64}(?: \\)?$", line) for line in lines)


def test_the_root_holds_few_files() -> None:
    assert len([path for path in tree.files() if "/" not in path]) <= 14
