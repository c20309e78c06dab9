"""Topics: Kafka as a source of lines, each partition read from where the lake stands to its end of now."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar
from urllib.parse import urlsplit

import msgspec

from echannel.exits import Exit, Stop
from ingest import BadInput

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from aiokafka import AIOKafkaConsumer, TopicPartition

SCHEME = "kafka://"
PASSWORD = "ECHANNEL_KAFKA_PASSWORD"  # noqa: S105
RECORDS = 50_000
WAIT_MS = 10_000
"""A broker that sends nothing for this long, though there is something to send, is given up."""

T = TypeVar("T")


class KafkaSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How brokers are reached; the password comes from the environment (ECHANNEL_KAFKA_PASSWORD)."""

    security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    """How brokers are spoken to."""
    mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "PLAIN"
    """How the user signs in, where `security` begins with SASL."""
    username: str | None = None
    """The user, where `security` begins with SASL."""
    ca_file: str | None = None
    """The certificates that brokers are checked against; the system's where absent."""


class Place(NamedTuple):
    """A topic and the brokers that hold it."""

    servers: str
    topic: str


class Partition(NamedTuple):
    """One partition as it stands now: `first` is the oldest offset that the broker still has, `end` the next one."""

    number: int
    first: int
    end: int


class Message(NamedTuple):
    """One message; `value` is null where a key was deleted (a tombstone)."""

    offset: int
    value: bytes | None


def read_place(address: str) -> Place:
    """Read `kafka://host:9092,host2:9092/topic`; raises `Stop` where it is no such address."""
    parts = urlsplit(address)
    topic = parts.path.strip("/")
    if not parts.netloc or not topic or "/" in topic or "@" in parts.netloc:
        raise Stop(
            Exit.WRONG_USE,
            "this is no address of a topic",
            SCHEME + "…",
            "Write kafka://HOST:PORT[,HOST:PORT…]/TOPIC; user and password go into the settings and the environment.",
        )
    return Place(parts.netloc, topic)


class Topic:
    """An open topic. Nothing is ever committed to the broker: the lake knows how far it has read."""

    def __init__(self, place: Place, runner: asyncio.Runner, consumer: "AIOKafkaConsumer") -> None:
        self.place, self._runner, self._consumer = place, runner, consumer

    def list_partitions(self) -> list[Partition]:
        """List the topic's partitions in the order of their numbers."""
        known = sorted(self._consumer.assignment())
        first = self._run(self._consumer.beginning_offsets(known))
        end = self._run(self._consumer.end_offsets(known))
        return [Partition(one.partition, first[one], end[one]) for one in known]

    def read(self, partition: Partition, start: int) -> Iterator[list[Message]]:
        """Yield a partition's messages from an offset up to the end that was seen, some at a time.

        Raises `BadInput` where the broker falls silent before.
        """
        from aiokafka import TopicPartition

        here = TopicPartition(self.place.topic, partition.number)
        self._consumer.seek(here, max(start, partition.first))
        while (place := self._run(self._consumer.position(here))) < partition.end:
            messages = self._fetch(here)
            if not messages and self._run(self._consumer.position(here)) == place:
                raise BadInput(
                    f"partition {partition.number} sent nothing for {WAIT_MS // 1000} s at offset {place:,}",
                    f"topic {self.place.topic}",
                    "Look after the broker and run the command again; it goes on from the last commit.",
                )
            yield [message for message in messages if message.offset < partition.end]

    def _fetch(self, here: "TopicPartition") -> list[Message]:
        fetched = self._run(self._consumer.getmany(here, timeout_ms=WAIT_MS, max_records=RECORDS))
        return [Message(record.offset, record.value) for record in fetched.get(here, ())]

    def _run(self, answer: "Awaitable[T]") -> T:
        async def wait() -> T:
            return await answer

        return self._runner.run(wait())


@contextmanager
def open_topic(place: Place, settings: KafkaSettings) -> Iterator[Topic]:
    """Connect to a topic's brokers; raises `BadInput` where none answers or the topic does not exist."""
    with asyncio.Runner() as runner:
        consumer = runner.run(_connect(place, settings))
        try:
            yield Topic(place, runner, consumer)
        finally:
            runner.run(consumer.stop())


async def _connect(place: Place, settings: KafkaSettings) -> "AIOKafkaConsumer":
    from aiokafka import AIOKafkaConsumer
    from aiokafka.errors import KafkaError
    from aiokafka.helpers import create_ssl_context

    secured = settings.security in ("SSL", "SASL_SSL")
    consumer = AIOKafkaConsumer(
        place.topic,
        bootstrap_servers=place.servers,
        enable_auto_commit=False,
        auto_offset_reset="none",
        security_protocol=settings.security,
        ssl_context=create_ssl_context(cafile=settings.ca_file) if secured else None,
        sasl_mechanism=settings.mechanism,
        sasl_plain_username=settings.username,
        sasl_plain_password=os.environ.get(PASSWORD),
    )
    try:
        await consumer.start()
    except KafkaError as fault:
        await consumer.stop()
        raise _refuse(place, f"no broker answers ({type(fault).__name__})") from None
    if not consumer.assignment():
        await consumer.stop()
        raise _refuse(place, "there is no such topic")
    return consumer


def _refuse(place: Place, what: str) -> BadInput:
    return BadInput(
        what, f"{SCHEME}{place.servers}/{place.topic}", "Check the address, [kafka] in the settings, and the broker."
    )
