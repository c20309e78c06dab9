"""Topic feeds: one partition of a Kafka topic, read like a log whose lines are its messages."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import cast

import dataframely as dy
import polars as pl

from echannel.topics import KafkaSettings, Message, open_topic, read_address
from ingest import Batch, Block, Line, Place, Rejected, read_block

HEAD_MESSAGES = 1_000


class TopicFeed:
    """A partition up to the end that it has when it is opened.

    Its places are offsets, known again by the partition's name. A message is a line, whatever line breaks it holds;
    one without a value is a blank line. The number of a line is its offset + 1.
    """

    changed_at = None

    def __init__(self, address: str, settings: KafkaSettings, encoding: str) -> None:
        where = read_address(address)
        self._open, self._encoding = ExitStack(), encoding
        self._topic = self._open.enter_context(open_topic(where, settings))
        self._partition = self._topic.find_partition(where.partition or 0)
        self.name = f"{where.topic}/{self._partition.number}"
        self.identity = f"kafka:{self.name}"

    def close(self) -> None:
        """Leave the brokers."""
        self._open.close()

    def read_head(self, finished: bool) -> Batch | None:  # noqa: ARG002
        """Return the oldest messages that the broker still has; none where it has none."""
        messages = next(self._topic.read(self._partition, 0), [])
        return self._read(messages[:HEAD_MESSAGES], 0) if messages else None

    def read_tail(self, offset: int) -> bytes | None:
        """Return the partition's name; none where it ends before the offset: then the topic was made anew."""
        return self.identity.encode() if offset <= self._partition.end else None

    def read(self, begin: Place, through: bool, finished: bool) -> Iterator[Batch]:  # noqa: ARG002
        """Yield its messages from a place on, or with `through` the oldest too."""
        count = 0 if through else begin.lines
        for messages in self._topic.read(self._partition, 0 if through else begin.offset):
            if messages:
                yield self._read(messages, count)
                count += len(messages)

    def count_waiting(self, place: Place) -> int:  # noqa: ARG002
        """Count the bytes behind a place that wait for more: none, a message is whole."""
        return 0

    def tell_missing(self, place: Place) -> list[str]:
        """Say how many messages the broker deleted before they were read."""
        missing = self._partition.first - place.offset
        return [f"{self.name}: {missing:,} messages were deleted by the broker before they were read"] * (missing > 0)

    def check(self, more_to_come: bool) -> None:
        """Take the partition for what it was: messages do not change."""

    def _read(self, messages: Sequence[Message], before: int) -> Batch:
        """Read messages as lines, numbered by their offsets; `before` is how many were read before them."""
        content = b"".join((message.value or b"").replace(b"\n", b" ") + b"\n" for message in messages)
        batch = read_block(Block(content, begin=1, end=None, tail=b""), self._encoding)
        offsets = pl.Series([message.offset for message in messages], dtype=pl.Int64)

        def number(lines: pl.DataFrame) -> pl.DataFrame:
            return lines.with_columns(line=offsets.gather(lines["line"] - 1) + 1)

        return Batch(
            cast("dy.DataFrame[Line]", number(batch.lines)),
            cast("dy.DataFrame[Rejected]", number(batch.rejected)),
            batch.blank,
            Place(messages[-1].offset + 1, before + len(messages), self.identity.encode()),
        )
