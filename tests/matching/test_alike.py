"""Pictures, or videos, that look alike are one group under the one that is looked at first, exactly, without chains."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadline.stages.matching import alike
from leadline.stages.matching.alike import SHARE, leaders_of, video_leaders_of
from leadline.stages.matching.near import LIMIT, words_of


def plain(numbers: list[int]) -> list[tuple[int, int]]:
    """The same, one after another: who has no leader leads, and takes along whoever has none."""
    leader: dict[int, tuple[int, int]] = {}
    for at, one in enumerate(numbers):
        if at in leader:
            continue
        for later in range(at, len(numbers)):
            apart = (one ^ numbers[later]).bit_count()
            if later not in leader and apart <= LIMIT:
                leader[later] = (at, apart)
    return [leader[at] for at in range(len(numbers))]


def found(numbers: list[int]) -> list[tuple[int, int]]:
    leader, distance = leaders_of(words_of(f"{number:064x}" for number in numbers))
    return list(zip(leader.tolist(), distance.tolist(), strict=True))


def bits(first: int, count: int) -> int:
    return ((1 << count) - 1) << first


@pytest.fixture(params=[(16, 4096, 4_000_000), (1, 3, 2), (1, 1, 1)], ids=str)
def rounds(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many asked in one round, few, or one."""
    for name, value in zip(("_FEWEST", "_MOST", "_PAIRS"), request.param, strict=True):
        monkeypatch.setattr(alike, name, value)


@pytest.mark.usefixtures("rounds")
def test_a_chain_does_not_pull_in_what_is_far_from_the_leader() -> None:
    assert found([bits(0, 20 * step) for step in range(5)]) == [(0, 0), (0, 20), (2, 0), (2, 20), (4, 0)]


@pytest.mark.usefixtures("rounds")
def test_every_round_gives_what_one_after_another_gives() -> None:
    rng = np.random.default_rng(3)
    base = [int.from_bytes(rng.bytes(32)) for _ in range(6)]
    numbers = [base[at % 6] ^ bits(int(rng.integers(0, 200)), int(rng.integers(0, 24))) for at in range(120)]
    assert found(numbers) == plain(numbers)


@settings(max_examples=40)
@given(st.lists(st.integers(0, 255).map(lambda at: bits(0, at)), max_size=30))
def test_who_leads_is_the_first_and_every_member_lies_within_the_limit(numbers: list[int]) -> None:
    assert found(numbers) == plain(numbers)
    assert all(leader <= at and apart <= LIMIT for at, (leader, apart) in enumerate(found(numbers)))


def test_no_picture_gives_no_group() -> None:
    assert found([]) == []


def plain_videos(videos: list[list[int]]) -> list[tuple[int, int]]:
    """The same of videos, by comparing every frame with every other."""
    leader: dict[int, tuple[int, int]] = {}
    for at, frames in enumerate(videos):
        if at in leader:
            continue
        leader[at] = (at, 0)
        for later in range(at + 1, len(videos)):
            nearest = [min((one ^ other).bit_count() for one in frames) for other in videos[later]]
            near = [apart for apart in nearest if apart <= LIMIT]
            if later not in leader and 100 * len(near) >= SHARE * len(nearest):
                leader[later] = (at, max(near))
    return [leader[at] for at in range(len(videos))]


def found_videos(videos: list[list[int]]) -> list[tuple[int, int]]:
    words = words_of(f"{frame:064x}" for frames in videos for frame in frames)
    leader, distance = video_leaders_of(words, np.repeat(np.arange(len(videos)), [len(one) for one in videos]))
    return list(zip(leader.tolist(), distance.tolist(), strict=True))


def test_an_excerpt_joins_the_whole_that_leads_and_a_longer_one_does_not_join_an_excerpt() -> None:
    rng = np.random.default_rng(4)
    whole = [int.from_bytes(rng.bytes(32)) for _ in range(10)]
    excerpt = [frame ^ bits(3, 9) for frame in whole[2:6]]
    assert found_videos([whole, excerpt]) == [(0, 0), (0, 9)]
    assert found_videos([excerpt, whole]) == [(0, 0), (1, 0)]


def test_four_of_five_frames_are_enough_and_fewer_are_not() -> None:
    rng = np.random.default_rng(5)
    known, other = ([int.from_bytes(rng.bytes(32)) for _ in range(5)] for _ in range(2))
    assert found_videos([known, [*known[:4], other[0]]]) == [(0, 0), (0, 0)]
    assert found_videos([known, [*known[:3], *other[:1]]]) == [(0, 0), (1, 0)]


@pytest.mark.usefixtures("rounds")
def test_videos_are_grouped_as_comparing_every_frame_does() -> None:
    rng = np.random.default_rng(6)
    base = [int.from_bytes(rng.bytes(32)) for _ in range(8)]
    videos = [
        [base[int(rng.integers(0, 8))] ^ bits(int(rng.integers(0, 200)), int(rng.integers(0, 28))) for _ in range(size)]
        for size in rng.integers(1, 7, 40).tolist()
    ]
    assert found_videos(videos) == plain_videos(videos)
    assert len({leader for leader, _ in found_videos(videos)}) < len(videos)


def test_no_video_gives_no_group() -> None:
    assert found_videos([]) == []
