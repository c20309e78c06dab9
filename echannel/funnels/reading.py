"""Reading a definition: from JSON to a funnel with all its faults at once, and back in as few words as it takes."""

from collections.abc import Collection
from typing import Any

import msgspec

from api import Fault, find_shape_faults
from paths import FunnelDefinition, FunnelError


class DefinitionError(ValueError):
    """A definition that cannot be used, with every fault that was found."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


def read_definition(document: object, where: str = "") -> FunnelDefinition:
    """Read a funnel's definition; raises `DefinitionError` with what does not fit and with what makes no sense.

    What does not fit is left out to find what makes no sense in the rest.
    """
    faults = find_shape_faults(document, FunnelDefinition, where)
    try:
        definition = msgspec.convert(_leave_out(document, {fault.where for fault in faults}, where), FunnelDefinition)
    except msgspec.ValidationError as fault:
        cause = fault.__cause__
        faults += [Fault(where or "body", told) for told in cause.faults] if isinstance(cause, FunnelError) else []
    if faults:
        raise DefinitionError(faults)
    return definition


def write_definition(funnel: FunnelDefinition, funnel_id: str) -> bytes:
    """Write a definition as JSON: what it says beside the defaults, and its name unless that is its id."""
    said = _say(funnel)
    if funnel.name == funnel_id:
        del said["name"]
    return msgspec.json.encode(said)


def _say(part: object) -> Any:
    """Say a struct by those of its fields that are not the default."""
    if isinstance(part, msgspec.Struct):
        values = {field.name: (getattr(part, field.name), field.default) for field in msgspec.structs.fields(part)}
        return {name: _say(value) for name, (value, default) in values.items() if value != default}
    return [_say(inner) for inner in part] if isinstance(part, tuple | list) else part


def _leave_out(document: object, wrong: Collection[str], where: str) -> object:
    """Leave out of a document the keys that bear a fault; lists keep their length, for steps are told by number."""
    if isinstance(document, dict):
        places = {key: f"{where}.{key}" if where else key for key in document}
        return {key: _leave_out(document[key], wrong, place) for key, place in places.items() if place not in wrong}
    if isinstance(document, list):
        return [_leave_out(part, wrong, f"{where}[{place}]") for place, part in enumerate(document)]
    return document
