"""The register: the access keys as they are now, read anew whenever their file changes."""

import hmac
from pathlib import Path

from api.access.keys import AccessError, AccessKey, hash_key, read_keys
from api.observation import make_logger

State = tuple[int, int, int, int]

NO_FILE: State = (0, 0, 0, 0)
NOBODY = hash_key("")
"""What a shown key is compared with where no key was made: a refusal takes as long as any other."""


class KeyRegister:
    """Knows who holds a key. A file that cannot be used opens nothing, and neither does one whose keys are revoked."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._seen = NO_FILE
        self._keys: tuple[AccessKey, ...] = ()

    @property
    def is_begun(self) -> bool:
        """Tell whether any key was ever made."""
        self._look()
        return self._seen != NO_FILE

    def find_key(self, shown: str) -> AccessKey | None:
        """Find the key that a caller shows; every one is compared, each in constant time, whichever fits."""
        self._look()
        hashed = hash_key(shown)
        found = None
        hmac.compare_digest(hashed, NOBODY)
        for key in self._keys:
            if hmac.compare_digest(hashed, key.hash):
                found = key
        return found

    def _look(self) -> None:
        """Read the file if it is another than at the last look."""
        state = _tell_state(self._file)
        if state == self._seen:
            return
        self._seen = state
        try:
            self._keys = read_keys(self._file) if self._file else ()
        except (AccessError, OSError) as fault:
            self._keys = ()
            told = str(fault) if isinstance(fault, AccessError) else type(fault).__name__
            make_logger().error("access keys refused", fault=told)


def _tell_state(file: Path | None) -> State:
    """Tell one state of the file from the next without reading it."""
    try:
        state = file.stat() if file else None
    except FileNotFoundError:
        return NO_FILE
    except OSError as fault:
        return -1, fault.errno or 0, 0, 0
    return (state.st_ino, state.st_mtime_ns, state.st_ctime_ns, state.st_size) if state else NO_FILE
