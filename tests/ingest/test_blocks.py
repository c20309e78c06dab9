import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import TAIL_BYTES, Block, Place, cut_blocks, split_lines
from tests.intake import chop

LOG = b"".join(b"line %d of a log\n" % number for number in range(1000))


def cut(content: bytes, chunk: int = 100, block: int = 500, **options) -> list[Block]:
    return list(cut_blocks(chop(content, chunk), block_bytes=block, **options))


def lies_right(block: Block, content: bytes) -> bool:
    before = content[: block.end]
    return before.endswith(block.content) and block.tail == before[-TAIL_BYTES:] and block.end == len(before)


@pytest.mark.parametrize("chunk", [1, 7, 100, 10_000])
@pytest.mark.parametrize("ending", [b"", b"half a line"])
def test_blocks_say_where_they_lie(chunk, ending):
    blocks = cut(LOG + ending, chunk)
    assert b"".join(block.content for block in blocks) == LOG + ending
    assert all(lies_right(block, LOG) for block in blocks if block.end is not None)
    assert [block.begin for block in blocks[1:]] == [block.end for block in blocks[:-1]]
    assert (blocks[-1].end is None) == bool(ending)


def test_a_last_line_without_a_break_waits_where_the_source_may_grow():
    assert b"".join(block.content for block in cut(LOG + b"half a", finished=False)) == LOG
    assert cut(b"half a", finished=False) == []


def test_reading_goes_on_at_a_place_as_if_it_had_never_stopped():
    whole = cut(LOG)
    for place, block in enumerate(whole[:-1], start=1):
        rest = cut(LOG[block.end :], begin=Place(block.end, 0, block.tail))
        assert rest[-1].tail == whole[-1].tail
        assert [found.end for found in rest] == [found.end for found in whole[place:]] or rest[-1].end == len(LOG)


@pytest.mark.parametrize("chunk", [1000, 1 << 16, 1 << 20])
def test_a_line_without_end_takes_little_memory_and_counts_whole(chunk):
    log = b"first\n" + b"x" * 3_000_000 + b"\nlast\n"
    blocks = cut(log, chunk)
    if chunk < 1 << 20:
        assert sum(len(block.content) for block in blocks) < 300_000
    assert (blocks[-1].end, blocks[-1].tail) == (len(log), log[-TAIL_BYTES:])


@given(st.lists(st.sampled_from([b"ab", b"\n", b"x" * 5000, b"\n\n"]), max_size=12).map(b"".join), st.integers(1, 9000))
def test_the_last_bytes_before_a_place_are_those_of_the_source_however_it_is_cut(log, chunk):
    for block in cut(log, chunk, block=1):
        if block.end is not None:
            assert block.tail == log[: block.end][-TAIL_BYTES:]


def test_batches_know_their_places():
    batches = list(split_lines(chop(LOG, 100), 500))
    assert all(batch.end.lines == LOG[: batch.end.offset].count(b"\n") for batch in batches)
