import pytest

from ingest import TAIL_BYTES, Block, Place, cut_blocks
from tests.intake import chop

LOG = b"".join(b"line %d of a log\n" % number for number in range(1000))


def cut(content: bytes, chunk: int = 100, block: int = 500, **options) -> list[Block]:
    return list(cut_blocks(chop(content, chunk), block_bytes=block, **options))


def is_at(place: Place, content: bytes) -> bool:
    before = content[: place.offset]
    return place == Place(len(before), before.count(b"\n"), before[-TAIL_BYTES:])


@pytest.mark.parametrize("chunk", [1, 7, 100, 10_000])
@pytest.mark.parametrize("ending", [b"", b"half a line"])
def test_blocks_say_where_they_lie(chunk, ending):
    blocks = cut(LOG + ending, chunk)
    assert b"".join(block.content for block in blocks) == LOG + ending
    assert all(is_at(block.end, LOG) for block in blocks if block.end)
    assert [block.first_line - 1 for block in blocks[1:]] == [block.end.lines for block in blocks[:-1]]
    assert (blocks[-1].end is None) == bool(ending)


def test_a_last_line_without_a_break_waits_where_the_source_may_grow():
    assert b"".join(block.content for block in cut(LOG + b"half a", finished=False)) == LOG
    assert cut(b"half a", finished=False) == []


def test_reading_goes_on_at_a_place_as_if_it_had_never_stopped():
    whole = cut(LOG)
    for block in whole[:-1]:
        rest = cut(LOG[block.end.offset :], begin=block.end)
        assert rest[0].first_line == block.end.lines + 1
        assert rest[-1].end == whole[-1].end


@pytest.mark.parametrize("chunk", [1000, 1 << 16, 1 << 20])
def test_a_line_without_end_takes_little_memory_and_counts_whole(chunk):
    log = b"first\n" + b"x" * 3_000_000 + b"\nlast\n"
    blocks = cut(log, chunk)
    if chunk < 1 << 20:
        assert sum(len(block.content) for block in blocks) < 300_000
    assert is_at(blocks[-1].end, log)
    assert blocks[-1].end.lines == 3
