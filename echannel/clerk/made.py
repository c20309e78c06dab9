"""Reports already made, by what was asked of which state of the lake; those asked for least recently make room."""

from collections import OrderedDict
from collections.abc import Callable


class MadeReports:
    """Keeps documents within a number of bytes."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._documents: OrderedDict[bytes, bytes] = OrderedDict()

    def find_or_make(self, question: bytes, make: Callable[[], bytes]) -> bytes:
        """Find the document that answers a question, or make it and keep it as far as there is room."""
        if question in self._documents:
            self._documents.move_to_end(question)
            return self._documents[question]
        document = self._documents[question] = make()
        self._bytes += len(question) + len(document)
        while self._bytes > self._most_bytes:
            self._bytes -= sum(map(len, self._documents.popitem(last=False)))
        return document
