"""Speed of triage, each against something in the same run: `python -m benchmarks.triage [--known N] [--pdq N]`."""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import subprocess
import tempfile
import time
from functools import partial
from hashlib import md5, sha1, sha256
from multiprocessing import Process
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from leadline.reference.hashsets.keying import SetKey
from leadline.reference.hashsets.sorted_keys import KEYS, ROW, ROWS, find, halves
from leadline.stages.devices.contract import Notes
from leadline.stages.devices.hashing import hash_items
from leadline.stages.devices.run import kind_of
from leadline.stages.matching.near import LIMIT, compared, near_pairs

if TYPE_CHECKING:
    from collections.abc import Callable

CORES = 2
ASKED = 500_000
HITS = 5_000


def best(call: Callable[[], object], *, times: int = 3) -> float:
    """Seconds of the quickest of several calls."""
    spans = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        spans.append(time.perf_counter() - began)
    return min(spans)


def best_of(call: Callable[[], object], *, times: int = 3) -> tuple[float, float]:
    """Seconds of the quickest of several calls, and the fewest seconds of CPU of one, its processes included."""
    spans, works = [], []
    for _ in range(times):
        before = sum(os.times()[:4])
        spans.append(best(call, times=1))
        works.append(sum(os.times()[:4]) - before)
    return min(spans), min(works)


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


def bare(size: int) -> float:
    """Seconds of CPU in which so many bytes are hashed three times where nothing else takes time."""
    held = random.Random(2).randbytes(32 << 20)
    taken = sum(min(spent(partial(make, held))[1] for _ in range(3)) for make in (md5, sha1, sha256))
    return taken * size / len(held)


def hashing(folder: Path, megabytes: int) -> None:
    """Three digests of a tree against hashdeep on the same tree."""
    size = make_tree(folder, megabytes=megabytes)
    source = kind_of(folder).open(folder)
    ours, work = best_of(lambda: sum(1 for _ in hash_items(source.items(Notes()), parallel=True)))
    least = bare(size)
    print(f"hashing: {size / ours / 1e6:.0f} MB/s with MD5, SHA-1 and SHA-256; {work:.1f} s of CPU")
    print(
        f"hashing: bare digests take {least:.1f} s of CPU, which is {size / least * CORES / 1e6:.0f} MB/s on two cores"
    )
    tool = shutil.which("hashdeep")
    if tool is None:
        print("hashing: hashdeep is not installed, no ratio")
        return
    for words, said in (([], "its own threads"), (["-j0"], "one thread")):
        command = [tool, *words, "-c", "md5,sha1,sha256", "-r", str(folder)]
        theirs, their_work = best_of(partial(subprocess.run, command, stdout=subprocess.DEVNULL, check=True))
        print(
            f"hashing: {theirs / ours:.2f} x hashdeep with {said} ({size / theirs / 1e6:.0f} MB/s),"
            f" {their_work / work:.2f} x by CPU ({their_work:.1f} s); bare digests allow {their_work / least:.2f} x"
        )


def make_set(folder: Path, key: SetKey, known: int) -> None:
    """A set of ``known`` keyed digests, sorted as the store has them, and of those that are asked for and hit."""
    rng = np.random.default_rng(3)
    planted = halves(key.blind("md5", [md5(b"%d" % at).hexdigest() for at in range(HITS)]))
    keys = np.concatenate([rng.integers(0, 2**64, known, dtype=np.uint64), planted[0]])
    order = np.argsort(keys)
    row = np.zeros(len(keys), ROW)
    row["rest"] = np.concatenate([rng.integers(0, 2**64, known, dtype=np.uint64), planted[1]])[order]
    row["item"], row["has"] = order, 1
    (folder / KEYS).write_bytes(keys[order].tobytes())
    row.tofile(folder / ROWS)


def matching(folder: Path, known: int) -> None:
    """500,000 digests against ``known``, warm: keying them and finding them; next to a plain dictionary of the hits."""
    key = SetKey(bytes(32))
    maker = Process(target=make_set, args=(folder, key, known))
    maker.start()
    maker.join()
    asked = [md5(b"%d" % at).hexdigest() for at in range(ASKED)]
    keying = best(lambda: key.blind("md5", asked))
    keyed = key.blind("md5", asked)
    count = known + HITS
    finding = best(lambda: find(folder, 0, count, keyed))
    (_, work), found = spent(lambda: find(folder, 0, count, keyed)), find(folder, 0, count, keyed)[0]
    reading = best(lambda: np.memmap(folder / KEYS, "<u8", "r").sum())
    print(f"matching: {len(found):,} of {HITS:,} planted found among {known:,}, {len(set(found.tolist())):,} distinct")
    print(
        f"matching: {ASKED:,} against {known:,}: {finding:.2f} s ({work:.2f} s of CPU), and {keying:.2f} s to key them"
    )
    print(f"matching: {finding / reading:.2f} x adding up the whole file of keys ({reading:.2f} s)")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"matching: peak memory {peak:,} MiB")


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
