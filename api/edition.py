"""The edition: one loaded snapshot with the answers already made from it, and the stand where the latest lies."""

from collections.abc import Mapping

from multidict import CIMultiDict, CIMultiDictProxy

from serving import Answers, Snapshot, decode_report


class ReadyAnswer:
    """A finished answer: bytes and headers."""

    __slots__ = ("body", "etag", "headers")

    def __init__(self, body: bytes, etag: str, headers: Mapping[str, str]) -> None:
        self.body = body
        self.etag = etag
        self.headers = CIMultiDictProxy(CIMultiDict(headers))


class AnswerCache:
    """Finished answers of one minute, by the question as it was sent; the oldest make room.

    A minute, because what is on sale depends on the moment.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._minute = -1
        self._answers: dict[str, ReadyAnswer] = {}

    def find_answer(self, question: str, minute: int) -> ReadyAnswer | None:
        """Find an answer that was made in the same minute."""
        if minute != self._minute:
            self._answers.clear()
            self._bytes, self._minute = 0, minute
        return self._answers.get(question)

    def keep_answer(self, question: str, answer: ReadyAnswer) -> None:
        """Keep an answer for the rest of the minute, as far as there is room."""
        self._answers[question] = answer
        self._bytes += _weigh(question, answer)
        while self._bytes > self._most_bytes:
            oldest = next(iter(self._answers))
            self._bytes -= _weigh(oldest, self._answers.pop(oldest))


def _weigh(question: str, answer: ReadyAnswer) -> int:
    """Estimate the bytes that an entry takes; 1,000 for its objects."""
    return len(question) + len(answer.body) + 1_000


class Edition:
    """One snapshot being served. The reports are read once; answers are kept as they are made."""

    def __init__(self, snapshot: Snapshot, cache_bytes: int) -> None:
        self.answers = Answers(snapshot)
        self.documents = snapshot.reports
        reports = [decode_report(document) for _, document in sorted(snapshot.reports.items())]
        self.reports = {report.name: report for report in sorted(reports, key=lambda report: report.place)}
        self.version = snapshot.model_version
        self.cache = AnswerCache(cache_bytes)


class Stand:
    """Where the latest edition lies; None until the first. Replacing it is one assignment."""

    def __init__(self) -> None:
        self.edition: Edition | None = None
