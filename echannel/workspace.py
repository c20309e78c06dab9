"""The workspace: the lake, the settings and the key that one command works with."""

from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from echannel.funnels.shelf import merge_funnels, read_shelf
from echannel.people.keys import KeyedPseudonym, open_pseudonym
from echannel.places import find_funnels_folder, find_serving_folder
from echannel.settings import find_settings
from echannel.tree import Settings, read_settings, read_site_map_of
from ingest import SiteMap
from lake import Lake


class Workspace(NamedTuple):
    """What every command that reads or writes the lake needs."""

    lake: Lake
    settings: Settings
    site_map: SiteMap
    pseudonym: KeyedPseudonym

    @property
    def serving_folder(self) -> Path:
        """Return where snapshots are published."""
        return find_serving_folder(self.lake.folder)


def open_workspace(lake: Path, settings_file: Path | None) -> Workspace:
    """Open a lake with the settings and the key that belong to it."""
    return open_workspace_with(lake, settings_file, open_pseudonym(lake))


def open_workspace_with(lake: Path, settings_file: Path | None, pseudonym: KeyedPseudonym) -> Workspace:
    """Open a lake with its settings, the funnels that were defined through the API among them, and given keys."""
    found = find_settings(settings_file)
    own = read_settings(found)
    shelf = read_shelf(find_funnels_folder(lake))
    settings = replace(own, funnels=merge_funnels(own.funnels, shelf))
    return Workspace(Lake(lake), settings, read_site_map_of(settings, found), pseudonym)
