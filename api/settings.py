"""Settings of the serving process."""

import msgspec

from api.clerk import ClerkSettings
from api.collector import CollectorSettings
from serving import Language


class ServeSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How answers are served; each default suits one machine with a proxy or nothing in front."""

    host: str = "127.0.0.1"
    """Address to listen on. The default is this machine alone: recommending and collecting need no key."""
    port: int = 8080
    """Port to listen on; 0 lets the system choose one."""
    workers: int = 1
    """Processes that answer; one for each core is the most that helps."""
    refresh_seconds: float = 1.0
    """How often to look for a new snapshot; a look is the reading of one short file."""
    language: Language = "en"
    """Language of reasons where a question names none, and of reports and plans in the shell: en or zh."""
    keepalive_seconds: float = 15.0
    """How long an idle connection stays; it is also the only limit on slow headers, so it must be short."""
    body_seconds: float = 5.0
    """How long a request's body may take to arrive."""
    body_bytes: int = 65_536
    """Largest body; a batch of 32 questions needs about a tenth."""
    shutdown_seconds: float = 5.0
    """How long requests under way may finish after a signal to stop."""
    cache_bytes: int = 33_554_432
    """Memory for finished answers, for each process: some 20,000 lists of ten."""
    collector: CollectorSettings = CollectorSettings()
    """What trackers may send."""
    clerk: ClerkSettings = ClerkSettings()
    """The process that makes reports on demand."""
    open_reports: bool = False
    """Whether everybody may read published reports even though keys were made; as long as there are none, they may."""
    access_log: bool = True
    """Whether each request leaves a line: route, status and milliseconds, never an id."""
