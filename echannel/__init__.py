"""The front door carries: commands, settings, the daily run, publishing and the demo."""

import os

# One thread for each small product: with more, folding in a visitor takes 18 times as long. It counts only if set
# before numpy is first imported, and this file is the first of every command.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__all__: list[str] = []
