import gzip
import io
import json
from pathlib import Path

import zstandard

from simulator import APP_LOG, SHELF_LOG, WAP_LOG, WEB_LOG, simulate, write_simulation

FEW = 300
FILES = {
    WEB_LOG, WAP_LOG, APP_LOG, SHELF_LOG, "orders.csv", "catalogue.csv", "maps/app.toml", "maps/shelf.toml",
    "maps/orders.toml", "maps/catalogue.toml", "sitemap.toml", "echannel.toml", "truth.json",
}  # fmt: skip


def read_all(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_seed_gives_the_same_bytes_in_every_file(tmp_path):
    for name in ("one", "other"):
        write_simulation(simulate(FEW, seed=5), tmp_path / name)
    one = read_all(tmp_path / "one")
    assert set(one) == FILES
    assert one == read_all(tmp_path / "other")


def test_the_packed_web_log_does_not_hold_the_time_of_its_writing(tmp_path):
    write_simulation(simulate(FEW, seed=5), tmp_path)
    assert (tmp_path / WEB_LOG).read_bytes()[4:8] == bytes(4)


def test_it_tells_the_files_that_it_wrote(tmp_path):
    written = write_simulation(simulate(FEW, seed=5), tmp_path)
    assert {str(path.relative_to(tmp_path)) for path in written} == FILES


def test_the_packed_logs_hold_the_lines(tmp_path):
    simulation = simulate(FEW, seed=5)
    write_simulation(simulation, tmp_path)
    web = gzip.decompress((tmp_path / WEB_LOG).read_bytes())
    packed = io.BytesIO((tmp_path / APP_LOG).read_bytes())
    app = zstandard.ZstdDecompressor().stream_reader(packed).read()
    for file, text in ((WEB_LOG, web), (WAP_LOG, (tmp_path / WAP_LOG).read_bytes()), (APP_LOG, app)):
        assert text.split(b"\n")[:-1] == list(simulation.lines(file))
        assert text.endswith(b"\n")


def test_the_truth_survives_the_disk(tmp_path):
    simulation = simulate(FEW, seed=5)
    write_simulation(simulation, tmp_path)
    assert json.loads((tmp_path / "truth.json").read_text(encoding="utf-8")) == simulation.truth
