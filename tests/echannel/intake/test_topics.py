"""Kafka as a source.

No broker can be had here: librdkafka's own mock cluster stands in, which speaks Kafka's protocol over a real socket
(`test.mock.num.brokers`). What it cannot show: retention, transactions, TLS and passwords.
"""

import json

import pytest
from confluent_kafka import Producer

from echannel.exits import Stop
from echannel.intake.topics import TopicFeed
from echannel.topics import Address, KafkaSettings, read_address
from ingest import START, Place
from lake import Lake
from tests.shell import run


class Cluster:
    """A mock cluster, alive as long as its producer."""

    def __init__(self) -> None:
        self._producer = Producer({"bootstrap.servers": "mock", "test.mock.num.brokers": 1, "log_level": 0})
        (broker,) = self._producer.list_topics(timeout=10).brokers.values()
        self.servers = f"{broker.host}:{broker.port}"

    def send(self, topic: str, *values: bytes | None, partition: int = 0) -> None:
        for value in values:
            self._producer.produce(topic, value=value, partition=partition)
        assert self._producer.flush(10) == 0


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    return Cluster()


def click(number: int, visitor: str = "ann", **more: object) -> bytes:
    document = {"visitor_id": visitor, "occurred_at": f"2026-03-02T08:{number:02}:00Z", "page": "home", **more}
    return json.dumps(document).encode()


def ingest(cluster: Cluster, topic: str, lake, *more: object, code: int = 0):
    address = f"kafka://{cluster.servers}/{topic}"
    return run("ingest", address, "--format", "ndjson", "--channel", "app", "--lake", lake, "--json", *more, code=code)


def test_every_message_of_every_partition_becomes_an_event_once(cluster, tmp_path):
    cluster.send("all", *map(click, range(5)))
    cluster.send("all", *map(click, range(5, 9)), partition=2)
    first = ingest(cluster, "all", tmp_path / "lake").document
    assert (first["lines"], first["events"], first["duplicates"]) == (9, 9, 0)
    again = ingest(cluster, "all", tmp_path / "lake").document
    assert (again["lines"], again["events"], again["duplicates"]) == (9, 0, 9)
    events = Lake(tmp_path / "lake").scan("events").sort("occurred_at").collect()
    assert events.select("source", "line").rows()[4:6] == [("all/0", 5), ("all/2", 1)]


def test_what_comes_later_is_read_on_from_the_last_commit(cluster, tmp_path):
    cluster.send("later", click(0))
    ingest(cluster, "later", tmp_path / "lake")
    cluster.send("later", click(1), click(2))
    ledger = ingest(cluster, "later", tmp_path / "lake").document
    assert (ledger["lines"], ledger["events"], ledger["duplicates"]) == (3, 2, 1)


def test_a_message_is_one_line_and_one_without_a_value_is_blank(cluster, tmp_path):
    pretty = json.dumps(json.loads(click(1)), indent=1).encode()
    cluster.send("odd", click(0), pretty, None, b"\xff\xfe", b"{broken", b"x" * 70_000, click(2))
    ledger = ingest(cluster, "odd", tmp_path / "lake").document
    assert (ledger["lines"], ledger["events"], ledger["ignored"]) == (7, 3, 1)
    assert ledger["reasons"] == {"bad_json": 1, "line_too_long": 1, "not_utf8": 1}
    lines = Lake(tmp_path / "lake").scan("quarantine").sort("line").collect()["line"].to_list()
    assert lines == [4, 5, 6]


def test_a_topic_stands_among_the_sources_of_the_settings(cluster, tmp_path):
    cluster.send("named", click(0))
    settings = tmp_path / "echannel.toml"
    settings.write_text(
        f'[sources.app]\npath = "kafka://{cluster.servers}/named"\nformat = "ndjson"\nchannel = "app"\n'
    )
    ledger = run("ingest", "--lake", tmp_path / "lake", "--json", settings=settings).document
    assert ledger["events"] == 1


def test_ids_of_the_tracker_find_messages_that_were_delivered_twice(cluster, tmp_path):
    cluster.send("twice", click(0, event_id="a"), click(0, event_id="a"), click(1, event_id="b"))
    ledger = ingest(cluster, "twice", tmp_path / "lake").document
    assert (ledger["lines"], ledger["events"], ledger["duplicates"]) == (3, 2, 1)


def test_progress_is_committed_with_the_rows_part_by_part(cluster, tmp_path):
    cluster.send("parts", *(click(number % 60, visitor=f"v{number}") for number in range(300)))
    settings = tmp_path / "echannel.toml"
    settings.write_text("[ingest]\npart_lines = 100\n")
    ledger = ingest(cluster, "parts", tmp_path / "lake", "--settings", settings).document
    assert ledger["events"] == 300
    events = Lake(tmp_path / "lake").scan("events").collect()
    assert events["line"].sort().to_list() == list(range(1, 301))


def test_a_topic_that_was_made_anew_is_read_from_its_start(cluster, tmp_path):
    cluster.send("anew", click(0))
    feed = TopicFeed(f"kafka://{cluster.servers}/anew/0", KafkaSettings(), "utf-8")
    assert feed.read_tail(1) is not None
    assert feed.read_tail(2) is None
    assert feed.tell_missing(Place(0, 0)) == []
    feed.close()


def test_messages_that_the_broker_deleted_are_missed_loudly(cluster):
    cluster.send("gone", click(0))
    feed = TopicFeed(f"kafka://{cluster.servers}/gone/0", KafkaSettings(), "utf-8")
    feed._partition = feed._partition._replace(first=5)
    assert feed.tell_missing(Place(2, 2)) == ["gone/0: 3 messages were deleted by the broker before they were read"]
    assert feed.tell_missing(START._replace(offset=5)) == []
    feed.close()


def test_a_broker_that_is_not_there_is_told_with_the_way_to_go_on(tmp_path):
    said = run("ingest", "kafka://127.0.0.1:9/clicks", "--format", "ndjson", "--lake", tmp_path / "lake", code=3).err
    assert "no broker answers" in said
    assert "127.0.0.1:9/clicks" in said
    assert not (tmp_path / "lake" / "events").exists()


def test_a_partition_that_is_not_there_is_refused(cluster, tmp_path):
    cluster.send("few", click(0))
    assert "no partition 99" in ingest(cluster, "few/99", tmp_path / "lake", code=3).err


@pytest.mark.parametrize(
    "address", ["kafka://", "kafka://host:9092", "kafka://user:secret@host/topic", "kafka://h/t/x"]
)
def test_a_wrong_address_is_refused_and_shows_no_password(address):
    with pytest.raises(Stop) as stop:
        read_address(address)
    assert "secret" not in str(stop.value)


def test_an_address_names_brokers_topic_and_partition():
    assert read_address("kafka://a:1,b:2/clicks/3") == Address("a:1,b:2", "clicks", 3)
    assert str(read_address("kafka://a:1/clicks")) == "kafka://a:1/clicks"
