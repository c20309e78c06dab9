"""The folder that a simulation is written into: the one place of this room that touches the disk."""

import gzip
import json
from pathlib import Path
from typing import IO, cast

import zstandard

from simulator.logs import Log
from simulator.simulation import APP_LOG, SHELF_LOG, WAP_LOG, WEB_LOG, Simulation

_GZIP_LEVEL = 6
_ZSTD_LEVEL = 3


def write_simulation(simulation: Simulation, folder: Path) -> list[Path]:
    """Write the logs, order book, catalogue, settings and truth.json into a folder; tell the files in their order.

    The same simulation gives the same bytes: no file holds the time of its writing. Files that are there already are
    replaced.
    """
    written = [folder / place for place in (WEB_LOG, WAP_LOG, APP_LOG, SHELF_LOG, *simulation.documents, "truth.json")]
    for path in written:
        path.parent.mkdir(parents=True, exist_ok=True)
    with (folder / WEB_LOG).open("wb") as raw, gzip.GzipFile("", "wb", _GZIP_LEVEL, raw, mtime=0) as packed:
        _write_lines(cast("IO[bytes]", packed), simulation.logs[WEB_LOG])
    with (folder / WAP_LOG).open("wb") as plain:
        _write_lines(plain, simulation.logs[WAP_LOG])
    for log in (APP_LOG, SHELF_LOG):
        packer = zstandard.ZstdCompressor(level=_ZSTD_LEVEL)
        with (folder / log).open("wb") as raw, packer.stream_writer(raw) as packed:
            _write_lines(packed, simulation.logs[log])
    for place, text in simulation.documents.items():
        (folder / place).write_text(text, encoding="utf-8", newline="\n")
    truth = json.dumps(simulation.truth, ensure_ascii=False)
    (folder / "truth.json").write_text(truth + "\n", encoding="utf-8", newline="\n")
    return written


def _write_lines(file: IO[bytes], log: Log) -> None:
    for stretch in log.stretches():
        file.write(b"\n".join([*stretch, b""]))
