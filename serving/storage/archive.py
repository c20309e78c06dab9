"""The archive: a snapshot on disk, written whole and read only after every check."""

import hashlib
import io
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

import msgspec
import numpy as np

from serving.faults import SnapshotError
from serving.reports import NAME_PATTERN, ReportError, decode_report
from serving.snapshot import Snapshot
from serving.storage.assembly import assemble_part
from serving.storage.durability import UNFINISHED, lock_folder, remove_unfinished, sync_folder, write_durably
from serving.storage.manifest import FORMAT, FileEntry, Json, Manifest, derive_version, digest_bytes
from serving.storage.parts import FIELDS, FILES, OPTIONAL, PARTS, AnyArray, Part, list_arrays

MANIFEST = "manifest.json"
REPORTS = "reports"
REPORT_FILE = re.compile(rf"{REPORTS}/{NAME_PATTERN.pattern}\.json")


def write_snapshot(
    folder: Path,
    snapshot: Snapshot,
    *,
    made_at: str,
    settings: Mapping[str, Json] | None = None,
    evaluation: Json = None,
) -> Manifest:
    """Write a snapshot as `folder/<its version>`, whole or not at all, and tell its manifest.

    The version follows from the content, so writing the same again changes nothing. `settings` and `evaluation` are
    JSON documents that travel along. Publishing it is another step: `replace_current`.
    """
    learned, judged = _settle_json(settings or {}), _settle_json(evaluation)
    contents = _list_files(snapshot)
    files = {name: digest_bytes(content) for name, content in sorted(contents.items())}
    counts = _count_parts(snapshot)
    version = derive_version(files, counts, learned, judged)
    manifest = Manifest(FORMAT, version, made_at, counts, learned, judged, files)
    contents[MANIFEST] = msgspec.json.format(msgspec.json.encode(manifest, order="deterministic"), indent=1) + b"\n"
    with lock_folder(folder):
        remove_unfinished(folder)
        if not _is_sound(folder / version):
            _write_folder(folder, version, contents)
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Read a snapshot's manifest without looking at its other files; raises `SnapshotError`."""
    path = folder / MANIFEST
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except OSError as fault:
        raise SnapshotError(path, f"cannot be read ({fault.strerror})") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise SnapshotError(path, f"is no manifest ({fault})") from None
    if manifest.format != FORMAT:
        raise SnapshotError(path, f"is in format {manifest.format}, and this program reads format {FORMAT}")
    if manifest.model_version != derive_version(
        manifest.files, manifest.counts, manifest.settings, manifest.evaluation
    ):
        raise SnapshotError(path, "does not bear the version of what it lists")
    return manifest


def load_snapshot(folder: Path) -> Snapshot:
    """Read `<serving folder>/<version>` into a snapshot whose arrays lie in mapped files.

    Every file is checked against the manifest and every array against what answers rely on, before anything is
    served; nothing but known names is opened. Raises `SnapshotError` with the file and its fault.
    """
    manifest = read_manifest(folder)
    for name, entry in sorted(manifest.files.items()):
        _check_file(folder, name, entry)
    parts = {name: part for name in PARTS if (part := _load_part(folder, name, manifest)) is not None}
    snapshot = Snapshot(**parts)  # type: ignore[arg-type]
    return replace(snapshot, reports=_load_reports(folder, manifest), model_version=manifest.model_version)


def _settle_json(document: Json) -> Json:
    """Turn a document into what will be read back, so that both bear one version: no NaN, no keys but text."""
    return msgspec.json.decode(msgspec.json.encode(document))


def _list_files(snapshot: Snapshot) -> dict[str, bytes]:
    """Turn a snapshot into files: name → content."""
    contents = {}
    for name in PARTS:
        part = cast("Part | None", getattr(snapshot, name))
        arrays = {} if part is None else list_arrays(part)
        if part is not None:
            assemble_part(name, arrays, Path())
        contents.update({f"{name}.{field}.npy": _encode_array(array) for field, array in arrays.items()})
    for name, document in snapshot.reports.items():
        if decode_report(document).name != name:
            raise ReportError(f"The report under the name {name} calls itself otherwise; give it that name.")
        contents[f"{REPORTS}/{name}.json"] = document
    return contents


def _encode_array(array: AnyArray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(array), allow_pickle=False)
    return buffer.getvalue()


def _count_parts(snapshot: Snapshot) -> dict[str, int]:
    """Count the rows of each part by its first array."""
    parts = {name: getattr(snapshot, name) for name in PARTS}
    return {name: len(next(iter(list_arrays(part).values()))) for name, part in parts.items() if part is not None}


def _is_sound(folder: Path) -> bool:
    """Tell whether a version is there already, and whole."""
    try:
        load_snapshot(folder)
    except SnapshotError:
        return False
    return True


def _write_folder(folder: Path, version: str, contents: Mapping[str, bytes]) -> None:
    """Write all files beside their place and move them there in one step."""
    unfinished = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder))
    try:
        (unfinished / REPORTS).mkdir()
        for name, content in contents.items():
            write_durably(unfinished / name, content)
        sync_folder(unfinished / REPORTS)
        unfinished.chmod(0o755)
        sync_folder(unfinished)
        if (folder / version).exists():
            shutil.rmtree(folder / version)
        unfinished.rename(folder / version)
        sync_folder(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _check_file(folder: Path, name: str, entry: FileEntry) -> None:
    """Compare a file with its entry, and its name with what a snapshot may hold."""
    path = folder / name
    if name not in FILES and not REPORT_FILE.fullmatch(name):
        raise SnapshotError(path, "is no file that a snapshot may hold")
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
            length = file.tell()
    except OSError as fault:
        raise SnapshotError(path, f"cannot be read ({fault.strerror})") from None
    if length != entry.bytes or found != entry.sha256:
        raise SnapshotError(path, "is not what the manifest says: it was changed or cut after it was written")


def _load_part(folder: Path, name: str, manifest: Manifest) -> Part | None:
    """Load one part; None for a model that was withheld whole."""
    fields = [f"{name}.{field}.npy" for field in FIELDS[PARTS[name]]]
    missing = [file for file in fields if file not in manifest.files]
    if len(missing) == len(fields) and name in OPTIONAL:
        return None
    if missing:
        raise SnapshotError(folder / missing[0], "is missing from the manifest")
    arrays = {file.split(".")[1]: _map_array(folder / file) for file in fields}
    return assemble_part(name, arrays, folder)


def _map_array(path: Path) -> AnyArray:
    """Map one array into memory; nothing in it is ever run as code."""
    try:
        array: AnyArray = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as fault:
        raise SnapshotError(path, f"is no array ({fault})") from None
    return array.view(np.ndarray)


def _load_reports(folder: Path, manifest: Manifest) -> dict[str, bytes]:
    """Read the reports, each a table that a page can draw."""
    reports = {}
    for file in sorted(name for name in manifest.files if name.startswith(f"{REPORTS}/")):
        document = (folder / file).read_bytes()
        try:
            report = decode_report(document)
        except ReportError as fault:
            raise SnapshotError(folder / file, str(fault)) from None
        if file != f"{REPORTS}/{report.name}.json":
            raise SnapshotError(folder / file, f"holds the report {report.name}")
        reports[report.name] = document
    return reports
