from api.edition import AnswerCache
from api.responses import ready_json


def test_an_answer_is_kept_for_its_minute() -> None:
    cache = AnswerCache(100_000)
    ready = ready_json(b"{}", "no-store")
    assert cache.find_answer("/a", 7) is None
    cache.keep_answer("/a", ready)
    assert cache.find_answer("/a", 7) is ready
    assert cache.find_answer("/a", 8) is None
    assert cache.find_answer("/a", 7) is None


def test_the_oldest_make_room() -> None:
    cache = AnswerCache(10_000)
    cache.find_answer("/0", 1)
    for number in range(100):
        cache.keep_answer(f"/{number}", ready_json(b"x" * 1_000, "no-store"))
    kept = [number for number in range(100) if cache.find_answer(f"/{number}", 1)]
    assert kept == [96, 97, 98, 99]


def test_an_answer_larger_than_the_cache_is_not_kept() -> None:
    cache = AnswerCache(10)
    cache.find_answer("/", 1)
    cache.keep_answer("/", ready_json(b"x" * 100, "no-store"))
    assert cache.find_answer("/", 1) is None
