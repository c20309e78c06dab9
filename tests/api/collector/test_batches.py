"""What all events of one request have in common."""

from api.collector.batches import share_time
from api.collector.parcels import Broken, Found


def test_a_batch_was_sent_when_the_last_of_its_events_says_so():
    pieces = [
        Found({"n": n}, sent_at)
        for n, sent_at in enumerate(("2026-03-02T08:00:00.000000Z", None, "2026-03-02T08:00:01.000000Z"))
    ]
    broken = Broken("bad_json", "{")
    shared = share_time([*pieces, broken])
    assert [piece.sent_at for piece in shared[:3]] == ["2026-03-02T08:00:01.000000Z"] * 3
    assert [piece.event["n"] for piece in shared[:3]] == [0, 1, 2]
    assert shared[3] is broken


def test_a_batch_that_does_not_say_when_it_was_sent_has_no_time():
    assert share_time([Found({})])[0].sent_at is None
