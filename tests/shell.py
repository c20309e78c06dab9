"""The commands, run as a person or a script runs them, in this process: the same entry, the same exit codes."""

import contextlib
import io
import json
import os
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from echannel.commands import main

CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("ECHANNEL_") and name != "ONCE"}


class Run(NamedTuple):
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Read standard output as the one JSON document that it must be."""
        return json.loads(self.out)


def run(
    *arguments: object, settings: Path | None = None, code: int | None = 0, cwd: Path | None = None, **environment: str
) -> Run:
    """Run `echannel …` and expect its exit code; None expects any."""
    chosen = ["--settings", str(settings)] if settings else []
    command = ["echannel", *map(str, arguments), *chosen]
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with (
        mock.patch.dict(os.environ, CLEAN | environment, clear=True),
        mock.patch("sys.argv", command),
        contextlib.chdir(cwd or Path.cwd()),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        ended = _end(main)
    said = Run(ended, *(stream.buffer.getvalue().decode() for stream in (out, err)))  # type: ignore[attr-defined]
    assert code in (said.code, None), f"{' '.join(command)} ended with {said.code}\n{said.out}\n{said.err}"
    return said


def _end(command: Any) -> int:
    try:
        command()
    except SystemExit as end:
        return int(end.code or 0)
    return 0
