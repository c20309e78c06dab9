"""The manifest: what a snapshot on disk consists of, and where it came from."""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

FORMAT = 1
"""Raised whenever the files of a snapshot change their meaning."""

Json = Any
"""A JSON document of the caller's own."""


class FileEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of a snapshot."""

    sha256: str
    bytes: int


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in manifest.json."""

    format: int
    model_version: str
    """The first 12 hexadecimal digits of a digest of everything here but `made_at`: same input, same version."""
    made_at: str
    """When the snapshot was made, ISO 8601, as its maker says."""
    counts: dict[str, int]
    """How many keys, persons, items or products each part holds; a withheld part is missing."""
    settings: dict[str, Json]
    """The settings that the models were trained with."""
    evaluation: Json
    """What the offline gate found."""
    files: dict[str, FileEntry]
    """File name → its digest and length."""


def digest_bytes(content: bytes) -> FileEntry:
    """Take a file's fingerprint."""
    return FileEntry(hashlib.sha256(content).hexdigest(), len(content))


def derive_version(
    files: Mapping[str, FileEntry], counts: Mapping[str, int], settings: Mapping[str, Json], evaluation: Json
) -> str:
    """Derive a snapshot's version from its content alone."""
    content = msgspec.json.encode([FORMAT, files, counts, settings, evaluation], order="deterministic")
    return hashlib.sha256(content).hexdigest()[:12]
