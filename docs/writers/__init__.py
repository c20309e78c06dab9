"""Writers make pages from the code: tables, commands, settings, routes, codes."""

from docs.writers.codes import write_exit_codes, write_reasons
from docs.writers.commands import list_commands, write_commands
from docs.writers.http import write_http
from docs.writers.index import write_index
from docs.writers.markdown import MADE
from docs.writers.settings import write_settings
from docs.writers.settings_example import write_example
from docs.writers.tables import list_tables, write_tables

__all__ = [
    "MADE",
    "list_commands",
    "list_tables",
    "write_commands",
    "write_example",
    "write_exit_codes",
    "write_http",
    "write_index",
    "write_reasons",
    "write_settings",
    "write_tables",
]
