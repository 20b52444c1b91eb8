"""Speed of triage, each against something in the same run: `python -m benchmarks.triage [--known N] [--pdq N]`."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import tempfile
import time
from hashlib import md5
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from leadline.facts.engine import Engine
from leadline.reference.hashsets.keying import SetKey
from leadline.reference.hashsets.writing import DIGEST
from leadline.stages.devices.contract import Notes
from leadline.stages.devices.hashing import hash_items
from leadline.stages.devices.run import kind_of
from leadline.stages.matching.near import LIMIT, compared, near_pairs

if TYPE_CHECKING:
    from collections.abc import Callable

ASKED = 500_000
HITS = 5_000
_BARE = "select count(*) as n from set_digest as d semi join keyed_digest as k on k.keyed = d.keyed"


def best(call: Callable[[], object], *, times: int = 3) -> float:
    """Seconds of the quickest of several calls."""
    spans = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        spans.append(time.perf_counter() - began)
    return min(spans)


def spent(call: Callable[[], object]) -> tuple[float, float]:
    """Seconds of one call, and the seconds of CPU that it took on all cores."""
    began, before = time.perf_counter(), time.process_time()
    call()
    return time.perf_counter() - began, time.process_time() - before


def make_tree(root: Path, *, megabytes: int) -> int:
    """Files of generated noise, most of them small and most bytes in large ones; returns the bytes."""
    chance, made, number = random.Random(1), 0, 0
    while made < megabytes << 20:
        size = chance.randint(1 << 20, 16 << 20) if number % 50 == 0 else chance.randint(1_000, 200_000)
        (root / f"f{number:06}").write_bytes(chance.randbytes(size))
        made, number = made + size, number + 1
    return made


def hashing(folder: Path, megabytes: int) -> None:
    """Three digests of a tree against hashdeep on the same tree."""
    size = make_tree(folder, megabytes=megabytes)
    source = kind_of(folder).open(folder)
    ours = best(lambda: sum(1 for _ in hash_items(source.items(Notes()), parallel=True)))
    print(f"hashing: {size / ours / 1e6:.0f} MB/s with MD5, SHA-1 and SHA-256")
    tool = shutil.which("hashdeep")
    if tool is None:
        print("hashing: hashdeep is not installed, no ratio")
        return
    for words, said in (([], "its own threads"), (["-j0"], "one thread")):
        command = [tool, *words, "-c", "md5,sha1,sha256", "-r", str(folder)]
        theirs = best(lambda command=command: subprocess.run(command, stdout=subprocess.DEVNULL, check=True))  # type: ignore[misc]
        print(f"hashing: {theirs / ours:.2f} x hashdeep with {said} ({size / theirs / 1e6:.0f} MB/s)")


def make_set(path: Path, key: SetKey, known: int) -> None:
    """A set of ``known`` keyed digests, sorted as the store has them; the first hits are those that are asked for."""
    planted = key.blind("md5", [md5(b"%d" % at).hexdigest() for at in range(HITS)])
    rng = np.random.default_rng(3)
    keyed = np.sort(rng.integers(0, 2**63, known, dtype=np.uint64))
    with pq.ParquetWriter(path, DIGEST, compression="zstd", compression_level=1) as writer:
        for start in range(0, known, 1_000_000):
            part = keyed[start : start + 1_000_000]
            raw = np.column_stack([part.byteswap(), rng.integers(0, 2**63, len(part), dtype=np.uint64)]).tobytes()
            writer.write_table(_rows([raw[at : at + 16] for at in range(0, len(raw), 16)], start))
        writer.write_table(_rows(planted, known))


def _rows(keyed: list[bytes], first: int) -> pa.Table:
    count = len(keyed)
    columns = {
        "algorithm": np.ones(count, np.int32),
        "keyed": pa.array(keyed, pa.binary()),
        "item": np.arange(first, first + count),
        "category": np.zeros(count, np.int32),
        "has_md5": np.ones(count, bool),
        "has_sha1": np.zeros(count, bool),
        "has_sha256": np.zeros(count, bool),
    }
    return pa.table(columns, schema=DIGEST)


def matching(folder: Path, known: int) -> None:
    """500,000 digests against ``known``: keying them, and meeting them with the set, warm."""
    key, path = SetKey(bytes(32)), folder / "digest.parquet"
    make_set(path, key, known)
    asked = [md5(b"%d" % at).hexdigest() for at in range(ASKED)]
    keying = best(lambda: key.blind("md5", asked))
    folder_of_rules = files("leadline.stages.matching").joinpath("rules")
    touch, hit = (folder_of_rules.joinpath(f"set_{name}.sql").read_text("utf-8") for name in ("touch", "hit"))
    with Engine(spill=folder / "spill", memory_mb=1000) as engine:
        engine.view("set_digest", [path], schema=DIGEST)
        numbers = list(range(ASKED))
        engine.table(
            "keyed_digest",
            pa.table(
                {
                    "first_entry": numbers,
                    "algorithm": pa.array([1] * ASKED, pa.int32()),
                    "keyed": key.blind("md5", asked),
                }
            ),
        )
        digest = pa.array(asked)
        none = pa.nulls(ASKED, pa.string())
        engine.table(
            "identity",
            pa.table({"first_entry": numbers, "identity": digest, "md5": digest, "sha1": none, "sha256": none}),
        )
        for name in ("set_record", "later_record"):
            engine.table(name, pa.table({"record": pa.array([], pa.binary()), "item": pa.array([], pa.int64())}))
        words = {name: [""] for name in ("scheme", "country", "model", "code")}
        engine.table("set_category", pa.table({"category": [0], "standing": [3], **words}))
        values: dict[str, int | str | bool] = {"set_no": 0, "role": "listed", "honey": False}
        bare = best(lambda: engine.rule("bare", _BARE, journal=False))
        touching = best(lambda: engine.rule("set_touch", touch, journal=False))
        _, work = spent(lambda: engine.rule("set_touch", touch, journal=False))
        judging = best(lambda: engine.rule("set_hit", hit, values, journal=False))
        print(f"matching: {work:.2f} s of CPU on {os.cpu_count()} cores to meet the set")
        print(f"matching: {engine.count('set_hit'):,} of {HITS:,} planted found among {known:,}")
    print(f"matching: {ASKED:,} against {known:,}: {touching:.2f} + {judging:.2f} s, and {keying:.2f} s to key them")
    print(f"matching: {(touching + judging) / bare:.2f} x a bare semi join ({bare:.2f} s)")


def nearness(known: int) -> None:
    """20,000 perceptual hashes against ``known``, exactly, next to comparing every pair (of a tenth of them)."""
    rng = np.random.default_rng(5)
    base = rng.integers(0, 2**64, (known, 4), dtype=np.uint64)
    asked = rng.integers(0, 2**64, (20_000, 4), dtype=np.uint64)
    span, work = spent(lambda: near_pairs(asked, base))
    plain, plain_work = spent(lambda: compared(asked[:2_000], base, limit=LIMIT))
    print(f"near: 20,000 against {known:,} exactly in {span:.1f} s ({work:.1f} s of CPU)")
    print(f"near: comparing every pair would take {10 * plain:.0f} s ({10 * plain_work:.0f} s of CPU)")


def main() -> None:
    """Run all three and print their figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=800)
    parser.add_argument("--known", type=int, default=50_000_000)
    parser.add_argument("--pdq", type=int, default=1_000_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "tree").mkdir()
        hashing(Path(name) / "tree", given.megabytes)
        matching(Path(name), given.known)
    nearness(given.pdq)


if __name__ == "__main__":
    main()
