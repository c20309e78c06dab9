"""Access: who may ask for what, by keys that are told once and kept as hashes."""

from api.access.guard import Guard
from api.access.keys import SCOPES, AccessError, AccessKey, Scope, add_key, read_keys, revoke_key
from api.access.register import KeyRegister

__all__ = [
    "SCOPES",
    "AccessError",
    "AccessKey",
    "Guard",
    "KeyRegister",
    "Scope",
    "add_key",
    "read_keys",
    "revoke_key",
]
