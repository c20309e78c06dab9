import gzip
import tracemalloc

import pytest

from api.requests.unpacking import TooLargeError, UnreadableError, unpack


def test_what_is_packed_is_unpacked_and_the_rest_left_alone() -> None:
    packed = gzip.compress(b"a") + gzip.compress(b"b" * 50_000) + gzip.compress(b"") + b"\0\0"
    assert unpack(packed, 60_000) == b"a" + b"b" * 50_000
    assert unpack(b"plain", 5) == b"plain"
    assert unpack(b"", 0) == b""


@pytest.mark.parametrize(
    "content", [b"x" * 11, gzip.compress(b"x" * 11, mtime=0), gzip.compress(b"x" * 6, mtime=0) * 2]
)
def test_more_than_may_be_is_refused(content: bytes) -> None:
    with pytest.raises(TooLargeError):
        unpack(content, 10)
    assert len(unpack(content, 12)) >= 11


def test_a_bomb_takes_no_memory() -> None:
    bomb = gzip.compress(b"0" * 20_000_000)
    tracemalloc.start()
    with pytest.raises(TooLargeError):
        unpack(bomb, 1_000)
    assert tracemalloc.get_traced_memory()[1] < 300_000
    tracemalloc.stop()


@pytest.mark.parametrize(
    "torn", [lambda packed: packed[:-9], lambda packed: packed[:-2] + b"xx", lambda packed: packed + b"?"]
)
def test_what_is_torn_is_read_as_far_as_it_goes(torn) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UnreadableError) as refused:
        unpack(torn(gzip.compress(b"hello " * 20_000)), 1_000_000)
    assert refused.value.opened.startswith(b"hello hello")
