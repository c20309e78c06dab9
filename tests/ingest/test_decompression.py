import gzip

import pytest
import zstandard

from ingest import BadInput, unpack
from tests.intake import chop

PLAIN = b"".join(b"line %d of a log\n" % number for number in range(20_000))
PACKED = {"gzip": gzip.compress(PLAIN, 1), "zstd": zstandard.compress(PLAIN)}


def read(content: bytes, chunk: int = 1000) -> bytes:
    return b"".join(unpack(chop(content, chunk), "a.log"))


def test_plain_bytes_pass_through():
    assert read(PLAIN) == PLAIN
    assert read(b"") == b""


@pytest.mark.parametrize("packing", PACKED)
@pytest.mark.parametrize("chunk", [7, 1 << 20])
def test_packed_bytes_are_unpacked(packing, chunk):
    assert read(PACKED[packing], chunk) == PLAIN


@pytest.mark.parametrize("packing", PACKED)
def test_several_members_follow_each_other(packing):
    assert read(PACKED[packing] * 3) == PLAIN * 3


@pytest.mark.parametrize("packing", PACKED)
@pytest.mark.parametrize("kept", [0.5, 0.99])
def test_a_cut_file_is_refused(packing, kept):
    cut = PACKED[packing][: int(len(PACKED[packing]) * kept)]
    with pytest.raises(BadInput, match=r"a\.log.*cut short or damaged"):
        read(cut)


def test_a_flipped_bit_is_refused():
    damaged = bytearray(PACKED["gzip"])
    damaged[len(damaged) // 2] ^= 0x10
    with pytest.raises(BadInput, match="damaged"):
        read(bytes(damaged))


@pytest.mark.parametrize("bomb", [gzip.compress(bytes(64 << 20)), zstandard.compress(bytes(64 << 20))])
def test_a_bomb_is_refused_before_it_grows(bomb):
    grown = 0
    with pytest.raises(BadInput, match="bomb"):
        for part in unpack(chop(bomb, 1 << 16), "bomb.gz"):
            grown += len(part)
    assert grown < 48 << 20
