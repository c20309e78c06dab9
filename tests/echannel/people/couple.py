"""A couple who share a phone line: their log, what they sent to the collector, and a search for what is left of them."""

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl

from echannel.daily import ingest_sources
from echannel.intake import choose_paths, plan_intake
from echannel.sources import SourceSettings
from echannel.tree import IngestSettings, Settings
from echannel.workspace import Workspace
from ingest import SiteMap
from lake import Lake
from tests.intake import hit, pseudonym

ANN, BOB = "13800000001", "13900000002"
HASH = pseudonym("token", ANN)[4:-1]
ERASED_AT = datetime(2026, 4, 1, tzinfo=UTC)
LATER = "01/May/2026:08:00:00 +0800"
PHONE_IP, FAMILY_IP = "10.0.0.1", "10.0.0.2"
LOG = [
    hit("/before", ip=PHONE_IP),
    hit("/ann", ip=PHONE_IP, user=ANN, at="03/Mar/2026:08:00:00 +0800"),
    hit("/shared-ann", ip=FAMILY_IP, user=ANN),
    hit("/shared-in-her-session", ip=FAMILY_IP, at="02/Mar/2026:08:01:00 +0800"),
    hit("/shared-bob", ip=FAMILY_IP, user=BOB, at="05/Mar/2026:08:00:00 +0800"),
    hit("/shared-nobody", ip=FAMILY_IP, at="07/Mar/2026:08:00:00 +0800"),
    hit("/bob", ip="10.0.0.3", user=BOB),
    f"broken line of +86{ANN}",
    "broken line of nobody",
]  # fmt: skip


def open_space(folder: Path) -> Workspace:
    return Workspace(Lake(folder / "lake"), Settings(ingest=IngestSettings(refuse_above=1)), SiteMap(), pseudonym)


def ingest(space: Workspace, file: Path, **source):
    intake = plan_intake(space, SourceSettings(path=(), **source), ERASED_AT)
    return ingest_sources(choose_paths([str(file)], intake))


def spooled(number: int, person: str) -> str:
    event = {
        "type": "track",
        "event": "login",
        "messageId": f"m{number}",
        "anonymousId": f"d{number}",
        "userId": pseudonym("token", person),
    }
    line = {
        "tracker": "segment",
        "received_at": "2026-03-02T08:00:00.000000Z",
        "batch": "b" * 32,
        "index": number,
        "event": event,
    }
    return json.dumps(line) + "\n"


def find_traces(folder: Path, *words: str) -> list[str]:
    """Look for words in every byte of every file, and in the unpacked rows of those that hold tables or arrays."""
    found = []
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        told = file.read_bytes()
        if file.suffix == ".parquet":
            told += repr(pl.read_parquet(file).to_dicts()).encode()
        if file.suffix == ".npy":
            told += repr(np.load(io.BytesIO(told)).tolist()).encode()
        assert not zipfile.is_zipfile(file)
        found += [f"{file.name}: {word}" for word in words if word.encode() in told]
    return found
