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


class Address(NamedTuple):
    """Where a topic is: its brokers, its name, and of one partition the number."""

    servers: str
    topic: str
    partition: int | None = None

    def __str__(self) -> str:
        part = "" if self.partition is None else f"/{self.partition}"
        return f"{SCHEME}{self.servers}/{self.topic}{part}"


class Partition(NamedTuple):
    """One partition as it stands now: `first` is the oldest offset that the broker still has, `end` the next one."""

    number: int
    first: int
    end: int


class Message(NamedTuple):
    """One message; `value` is null where a key was deleted (a tombstone)."""

    offset: int
    value: bytes | None


def is_topic(path: str) -> bool:
    """Tell an address of a topic from a path of files."""
    return path.startswith(SCHEME)


def read_address(text: str) -> Address:
    """Read `kafka://host:9092,host2:9092/topic`, or one partition of it: `…/topic/3`.

    Raises `Stop` where it is no such address.
    """
    parts = urlsplit(text)
    topic, _, number = parts.path.strip("/").partition("/")
    if not parts.netloc or not topic or "@" in parts.netloc or (number and not number.isdigit()):
        raise Stop(
            Exit.WRONG_USE,
            "this is no address of a topic",
            f"{SCHEME}…",
            "Write kafka://HOST:PORT[,HOST:PORT…]/TOPIC; user and password go into the settings and the environment.",
        )
    return Address(parts.netloc, topic, int(number) if number else None)


def list_partitions(text: str, settings: KafkaSettings) -> list[str]:
    """Return the addresses of a topic's partitions, or of the one that is named."""
    address = read_address(text)
    if address.partition is not None:
        return [text]
    with open_topic(address, settings) as topic:
        return [str(address._replace(partition=partition.number)) for partition in topic.list_partitions()]


class Topic:
    """An open topic. Nothing is ever committed to the broker: the lake knows how far it has read."""

    def __init__(self, address: Address, runner: asyncio.Runner, consumer: "AIOKafkaConsumer") -> None:
        self.address, self._runner, self._consumer = address, runner, consumer

    def list_partitions(self) -> list[Partition]:
        """List the topic's partitions in the order of their numbers."""
        known = sorted(self._consumer.assignment())
        first = self._run(self._consumer.beginning_offsets(known))
        end = self._run(self._consumer.end_offsets(known))
        return [Partition(one.partition, first[one], end[one]) for one in known]

    def find_partition(self, number: int) -> Partition:
        """Find one partition; raises `BadInput` where the topic has none of that number."""
        for partition in self.list_partitions():
            if partition.number == number:
                return partition
        raise _refuse(self.address, f"the topic has no partition {number}")

    def read(self, partition: Partition, start: int) -> Iterator[list[Message]]:
        """Yield a partition's messages from an offset up to the end that was seen, some at a time.

        Raises `BadInput` where the broker falls silent before.
        """
        from aiokafka import TopicPartition

        here = TopicPartition(self.address.topic, partition.number)
        self._consumer.seek(here, max(start, partition.first))
        while (offset := self._run(self._consumer.position(here))) < partition.end:
            messages = self._fetch(here)
            if not messages and self._run(self._consumer.position(here)) == offset:
                raise BadInput(
                    f"partition {partition.number} sent nothing for {WAIT_MS // 1000} s at offset {offset:,}",
                    str(self.address),
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
def open_topic(address: Address, settings: KafkaSettings) -> Iterator[Topic]:
    """Connect to a topic's brokers; raises `BadInput` where none answers or the topic does not exist."""
    with asyncio.Runner() as runner:
        consumer = runner.run(_connect(address, settings))
        try:
            yield Topic(address, runner, consumer)
        finally:
            runner.run(consumer.stop())


async def _connect(address: Address, settings: KafkaSettings) -> "AIOKafkaConsumer":
    from aiokafka import AIOKafkaConsumer
    from aiokafka.errors import KafkaError
    from aiokafka.helpers import create_ssl_context

    secured = settings.security in ("SSL", "SASL_SSL")
    consumer = AIOKafkaConsumer(
        address.topic,
        bootstrap_servers=address.servers,
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
        raise _refuse(address, f"no broker answers ({type(fault).__name__})") from None
    if not consumer.assignment():
        await consumer.stop()
        raise _refuse(address, "there is no such topic")
    return consumer


def _refuse(address: Address, what: str) -> BadInput:
    return BadInput(what, str(address), "Check the address, [kafka] in the settings, and the broker.")
