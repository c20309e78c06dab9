"""Codes: why a line was quarantined, and how a command ended."""

from docs.writers.markdown import write_page, write_table
from echannel.exits import Exit
from ingest import REASONS

MEANINGS = {
    Exit.DONE: "All was done.",
    Exit.WRONG_USE: "The command line or the settings are wrong; nothing was done.",
    Exit.BAD_INPUT: "A file, a key or a snapshot cannot be used; nothing of that file was taken.",
    Exit.NOTHING_TO_DO: "There is nothing to work on yet: no files, no events, nothing published, too few sessions.",
    Exit.REFUSED: "The offline gate held back every model; the snapshot in place stays.",
    Exit.DISK: "The disk refused: full, failing or closed to this user. What was done stays; run the command again.",
}


def write_reasons() -> str:
    """Write the reasons for which a line is quarantined."""
    return write_page(
        "Reasons of the quarantine",
        "A line that cannot become an event (or an order, or a product) is kept with one of these reasons. "
        "`echannel quarantine` counts them and shows an example of each. A line is never dropped in silence: "
        "lines = events + quarantined + duplicates + ignored.",
        write_table(["reason", "meaning"], ([f"`{reason}`", meaning] for reason, meaning in REASONS.items())),
    )


def write_exit_codes() -> str:
    """Write the exit codes of the commands."""
    return write_page(
        "Exit codes",
        "Every command ends with one of these, so that a script can tell them apart. A fault is told on standard "
        "error: what happened, where, and how to go on.",
        write_table(["code", "name", "meaning"], ([str(int(end)), f"`{end.name}`", MEANINGS[end]] for end in Exit)),
        "Any other code is a fault of the program itself; its traceback says more.",
    )
