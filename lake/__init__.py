"""The lake keeps the tables on disk."""

from lake.exchange import Exchange, Overtaken
from lake.lock import own, share
from lake.news import News, read_news
from lake.pieces import Piece, find_pieces_with, keep_near, scan_pieces, slice_rows
from lake.state import State
from lake.tables import TABLES, Lake
from lake.upkeep import compact, delete_rows, rewrite_rows, tidy, vacuum, wipe

__all__ = [
    "TABLES",
    "Exchange",
    "Lake",
    "News",
    "Overtaken",
    "Piece",
    "State",
    "compact",
    "delete_rows",
    "find_pieces_with",
    "keep_near",
    "own",
    "read_news",
    "rewrite_rows",
    "scan_pieces",
    "share",
    "slice_rows",
    "tidy",
    "vacuum",
    "wipe",
]
