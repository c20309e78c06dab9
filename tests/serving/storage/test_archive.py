import io
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from serving import (
    ListPin,
    MerchandisingSettings,
    ReportError,
    Snapshot,
    SnapshotError,
    load_snapshot,
    read_manifest,
    write_snapshot,
)
from serving.clicks.returns import BACKS, RHYTHMS
from serving.storage.assembly import assemble_part
from serving.storage.manifest import Manifest, derive_version, digest_bytes
from tests.serving.shop import make_shop


def write(folder: Path, snapshot: Snapshot) -> Path:
    return folder / write_snapshot(folder, snapshot, made_at="2026-03-30T00:00:00Z").model_version


def tamper(folder: Path, files: dict[str, bytes | None]) -> None:
    """Replace files, or remove them, and make the manifest agree: what a faulty writer would leave."""
    manifest = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=Manifest)
    for name, content in files.items():
        manifest.files.pop(name, None)
        if content is not None:
            (folder / name).write_bytes(content)
            manifest.files[name] = digest_bytes(content)
    version = derive_version(manifest.files, manifest.counts, manifest.settings, manifest.evaluation)
    fresh = msgspec.structs.replace(manifest, model_version=version)
    (folder / "manifest.json").write_bytes(msgspec.json.encode(fresh))


def save(array: np.ndarray, *, pickled: bool = False) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=pickled)
    return buffer.getvalue()


def test_the_same_snapshot_has_the_same_version_whenever_it_is_made(tmp_path: Path) -> None:
    first = write_snapshot(tmp_path, make_shop(), made_at="2026-03-30T00:00:00Z")
    second = write_snapshot(tmp_path / "elsewhere", make_shop(), made_at="2026-04-01T00:00:00Z")
    assert first.model_version == second.model_version
    assert first.counts["also_viewed"] == 2


@pytest.mark.parametrize(
    "change", [{"settings": {"alpha": 1}}, {"evaluation": {"hr": 0.4, "odd": float("nan"), 1: "x"}}]
)
def test_settings_and_evaluation_are_part_of_the_version(tmp_path: Path, change: dict) -> None:
    plain = write_snapshot(tmp_path, make_shop(), made_at="x")
    other = write_snapshot(tmp_path, make_shop(), made_at="x", **change)
    assert plain.model_version != other.model_version
    assert read_manifest(tmp_path / other.model_version) == other


def test_a_withheld_model_stays_withheld(tmp_path: Path) -> None:
    loaded = load_snapshot(write(tmp_path, replace(make_shop(), for_you=None, also_bought=None)))
    assert loaded.for_you is None
    assert loaded.also_bought is None
    assert loaded.also_viewed is not None


def test_arrays_are_mapped_not_copied(tmp_path: Path) -> None:
    lists = load_snapshot(write(tmp_path, make_shop())).also_viewed
    assert lists is not None
    assert not lists.score.flags.writeable
    assert isinstance(lists.score.base, np.memmap)


@pytest.mark.parametrize(
    ("file", "content", "fault"),
    [
        ("also_viewed.starts.npy", save(np.array([0, 9, 5])), "cut the rows"),
        ("also_viewed.starts.npy", save(np.array([0, 5])), "cut the rows"),
        ("also_viewed.target.npy", save(np.array([0, 1, 2, 9, 0], dtype=np.int32)), "outside its vocabulary"),
        ("also_viewed.target.npy", save(np.array([0, 1, 2, -1, 0], dtype=np.int32)), "outside its vocabulary"),
        ("also_viewed.target.npy", save(np.zeros(5, dtype=np.int64)), "is no i4 array"),
        ("also_viewed.target.npy", save(np.zeros((5, 1), dtype=np.int32)), "right shape"),
        ("also_viewed.score.npy", save(np.array([1, 2, 3, 2, 1], dtype=np.float32)), "does not fall"),
        ("also_viewed.score.npy", save(np.array([3, 2, 1, np.nan, 1], dtype=np.float32)), "not finite"),
        ("also_viewed.score.npy", save(np.ones(4, dtype=np.float32)), "has 4 entries where 5 belong"),
        ("also_viewed.together.npy", save(np.array([1, 1, 1, 1, -1])), "less than nothing"),
        ("also_viewed.keys.npy", save(np.array(["plan", "phone"])), "is not sorted"),
        ("also_viewed.keys.npy", save(np.array(["plan", "plan"])), "is not sorted"),
        ("also_viewed.keys.npy", save(np.array(["phone", "plan"], dtype=object), pickled=True), "is no array"),
        ("also_viewed.keys.npy", save(np.array([0xD800, 0], dtype=np.uint32).view("<U1")), "do not exist"),
        ("also_viewed.keys.npy", b"\x93NUMPY", "is no array"),
        ("item_sessions.recent.npy", save(np.array([0, 2, 1, 0, 1, 2, 0, 2], dtype=np.int32)), "newest first"),
        (
            "item_sessions.recent.npy",
            save(np.array([0, 1, 2, 0, 1, 3, 0, 2], dtype=np.int32)),
            "outside its vocabulary",
        ),
        ("item_sessions.recent_starts.npy", save(np.array([0, 1, 3, 6, 9])), "recent_starts.*cut the rows"),
        ("item_sessions.click.npy", save(np.zeros(8, dtype=np.int64)), "is no i4 array"),
        ("item_sessions.click.npy", save(np.full(8, 4, dtype=np.int32)), "outside its vocabulary"),
        ("item_sessions.place.npy", save(np.zeros(8, dtype=np.uint8)), "points at another click"),
        ("item_sessions.place.npy", save(np.full(8, 3, dtype=np.uint8)), "outside its session"),
        ("item_sessions.starts.npy", save(np.array([0, 1, 5, 8])), "rows of 1"),
        ("item_sessions.age.npy", save(np.array([0.5, 0.2, 0.6], dtype=np.float32)), "no share that rises"),
        ("item_sessions.age.npy", save(np.array([0, 0.2, np.nan], dtype=np.float32)), "not finite"),
        ("item_sessions.seen.npy", save(np.array([1, 2, 4, 2])), "more than there are"),
        ("item_sessions.near.npy", save(np.zeros(3, dtype=np.int32)), "has 3 entries where 80 belong"),
        ("item_sessions.near.npy", save(np.full(80, 4, dtype=np.int32)), "outside its vocabulary"),
        ("item_sessions.near_share.npy", save(np.full(80, -1, dtype=np.float32)), "shares below 0"),
        ("item_sessions.returns.npy", save(np.ones(3, dtype=np.float32)), "has 3 entries where"),
        (
            "item_sessions.returns.npy",
            save(np.full(RHYTHMS * BACKS, -1, dtype=np.float32)),
            "odds below 0",
        ),
        ("item_sessions.scales.npy", save(np.ones(3)), "is not 12 numbers"),
        ("item_sessions.scales.npy", save(np.zeros(12)), "too small"),
        ("item_sessions.starts.npy", None, "missing from the manifest"),
        ("ladders.models.npy", save(np.array(["graph", "magic"])), "models that do not exist"),
        ("ladders.models.npy", save(np.array(["graph"])), "has 1 entries where 2 belong"),
        ("histories.weight.npy", save(np.zeros(3, dtype=np.float32)), "not above 0"),
        ("for_you.factors.npy", save(np.full((4, 2), np.inf, dtype=np.float32)), "not finite"),
        ("for_you.scales.npy", save(np.array([0.0, 1.0])), "two numbers above 0"),
        ("stickiness.ratio.npy", save(np.array([0.8, 0.0])), "not above 0"),
        ("stickiness.ratio.npy", save(np.array([0.8, np.inf])), "not finite"),
        ("stickiness.ratio.npy", save(np.array([0.8])), "has 1 entries where 2 belong"),
        ("stickiness.items.npy", save(np.array(["plan", "phone"])), "is not sorted"),
        ("layouts.swaps.npy", save(np.array([0, 1, 1, 0], dtype=np.uint8)), "over the end of a page"),
        ("layouts.why.npy", save(np.full(4, 3, dtype=np.uint8)), "reasons that do not exist"),
        ("layouts.share.npy", save(np.array([0.1, 1.5])), "no share"),
        ("layouts.share.npy", save(np.array([0.1])), "has 1 entries where 2 belong"),
        ("layouts.item_names.npy", save(np.array(["a"])), "has 1 entries where 4 belong"),
        ("layouts.starts.npy", None, "missing from the manifest"),
        ("catalogue.channels.npy", save(np.array([1, 2, 8, 1], dtype=np.uint8)), "channels that do not exist"),
        ("also_viewed.extra.npy", save(np.zeros(1)), "no file that a snapshot may hold"),
        ("popular.keys.npy", None, "missing from the manifest"),
        ("also_viewed.score.npy", None, "missing from the manifest"),
        ("reports/abandonment.json", b"{}", "no report"),
    ],
)
def test_what_no_answer_could_rely_on_is_refused(tmp_path: Path, file: str, content: bytes | None, fault: str) -> None:
    folder = write(tmp_path, make_shop())
    tamper(folder, {file: content})
    with pytest.raises(SnapshotError, match=fault) as refusal:
        load_snapshot(folder)
    assert refusal.value.file.name == Path(file).name


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "reports/../../x.json", "reports/.json"])
def test_a_manifest_cannot_point_outside(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path, make_shop())
    manifest = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=Manifest)
    manifest.files[name] = digest_bytes(b"")
    version = derive_version(manifest.files, manifest.counts, manifest.settings, manifest.evaluation)
    (folder / "manifest.json").write_bytes(
        msgspec.json.encode(msgspec.structs.replace(manifest, model_version=version))
    )
    with pytest.raises(SnapshotError, match="may hold"):
        load_snapshot(folder)


def test_another_format_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path, make_shop())
    path = folder / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"format": 1', b'"format": 2'))
    with pytest.raises(SnapshotError, match="format 2"):
        load_snapshot(folder)


def test_a_report_under_another_name_is_not_written(tmp_path: Path) -> None:
    snapshot = make_shop()
    with pytest.raises(ReportError, match="calls itself otherwise"):
        write(tmp_path, replace(snapshot, reports={"other": snapshot.reports["abandonment"]}))
    assert not [path for path in tmp_path.iterdir() if path.is_dir()]


def test_a_broken_part_is_not_written(tmp_path: Path) -> None:
    shop = make_shop()
    assert shop.also_viewed is not None
    with pytest.raises(SnapshotError, match="outside its vocabulary"):
        write(tmp_path, replace(shop, also_viewed=replace(shop.also_viewed, targets=shop.also_viewed.targets[:1])))


def test_a_damaged_copy_is_written_anew(tmp_path: Path) -> None:
    folder = write(tmp_path, make_shop())
    (folder / "popular.keys.npy").unlink()
    assert load_snapshot(write(tmp_path, make_shop())).model_version == folder.name


def test_what_merchandisers_set_comes_back_from_disk_and_what_no_list_can_be_arranged_by_is_refused(
    tmp_path: Path,
) -> None:
    rules = MerchandisingSettings(pins=(ListPin("plan", 2),), caps={"5g": 1})
    version = write_snapshot(tmp_path, replace(make_shop(), merchandising=rules), made_at="today").model_version
    assert load_snapshot(tmp_path / version).merchandising == rules
    for document in ('{"share": 2.0}', "[]", "{", '{"x": 1}'):
        with pytest.raises(SnapshotError, match=r"merchandising\.document"):
            assemble_part("merchandising", {"document": np.array([document])}, tmp_path)
