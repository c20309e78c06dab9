"""The whole tree of settings: each room's own, nested under the room's word."""

from pathlib import Path

import msgspec

from api import ServeSettings
from echannel.settings import convert, read_document, read_toml
from echannel.sources import SourceSettings
from echannel.topics import KafkaSettings
from evaluation import CaseSettings, ComparisonSettings, OffPolicySettings
from ingest import IdentitySettings, RobotSettings, SessionSettings, SiteMap, TrackerSettings, read_site_map, settle
from paths import (
    AbandonmentSettings,
    FunnelDefinition,
    FunnelStep,
    GoalSettings,
    LandmarkSettings,
    MemorySettings,
    PathSettings,
    SeparationSettings,
    SequenceSettings,
    StorySettings,
    TopPathSettings,
    name_funnels,
)
from recommend import (
    BasketSettings,
    BundlePlanSettings,
    CandidateSettings,
    EvidenceSettings,
    FollowUpSettings,
    ForYouSettings,
    InteractionSettings,
    LayoutSettings,
    OfferSettings,
    PaidSettings,
    PairSettings,
    RelationSettings,
    RuleSettings,
    StickinessSettings,
    SubstituteSettings,
    TrendSettings,
)
from serving import MerchandisingSettings, NeighbourSettings

ORDER_FUNNEL = FunnelDefinition(
    steps=tuple(
        FunnelStep(event=event, name=name)
        for event, name in (
            ("view_item", "view"),
            ("add_to_cart", "cart"),
            ("begin_checkout", "checkout"),
            ("add_shipping_info", "delivery"),
            ("add_payment_info", "payment"),
            ("purchase", "order"),
        )
    )
)


class IngestSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How logs are read."""

    site_map: str | None = None
    """Site map file, relative to the settings file; without one every URL path is its own page."""
    refuse_above: float = 0.5
    """Share of a file's first lines that may fail; above it the file is refused as another kind of file."""
    settle_seconds: float = 60.0
    """A plain file that nobody wrote to for so long is whole: its last line is read though it has no line break."""
    most_pages: int = 5_000
    """Pages of one day and channel that reports and models tell apart, the busiest; the others count as (other)."""
    part_lines: int = 2_000_000
    """Lines after which what was read is committed: a kill loses no more, and memory holds no more ids."""


class NextClickSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the next click is told, of pages and of items."""

    neighbours: NeighbourSettings = NeighbourSettings()
    rules: SequenceSettings = SequenceSettings()
    memory: MemorySettings = MemorySettings()


class BundleSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How bundles are planned."""

    candidates: CandidateSettings = CandidateSettings()
    substitutes: SubstituteSettings = SubstituteSettings()
    prices: PaidSettings = PaidSettings()
    offers: OfferSettings = OfferSettings()
    plan: BundlePlanSettings = BundlePlanSettings()
    holdout_share: float = 0.2
    """Share of the sessions, the latest, whose orders a plan from the earlier ones is shown in its rehearsal."""
    currency: str = "CNY"
    """Currency of prices and margins (ISO 4217), as it stands in a draft offering."""

    def __post_init__(self) -> None:
        """Refuse a share that leaves one side empty."""
        if not 0 < self.holdout_share < 1:
            raise ValueError(
                f"The settings of bundles are wrong: `holdout_share` is {self.holdout_share}: "
                "give a share between 0 and 1."
            )


class EvaluationSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How models are judged."""

    test_share: float = 0.2
    """Share of the sessions, the latest, that models are judged by."""
    cases: CaseSettings = CaseSettings()
    comparison: ComparisonSettings = ComparisonSettings()


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that can be set."""

    ingest: IngestSettings = IngestSettings()
    sources: dict[str, SourceSettings] = {}
    sessions: SessionSettings = SessionSettings()
    robots: RobotSettings = RobotSettings()
    kafka: KafkaSettings = KafkaSettings()
    trackers: TrackerSettings = TrackerSettings()
    identity: IdentitySettings = IdentitySettings()
    funnels: dict[str, FunnelDefinition] = msgspec.field(default_factory=lambda: {"order": ORDER_FUNNEL})
    separation: SeparationSettings = SeparationSettings()
    abandonment: AbandonmentSettings = AbandonmentSettings()
    stories: StorySettings = StorySettings()
    paths: PathSettings = PathSettings()
    landmarks: LandmarkSettings = LandmarkSettings()
    goal: GoalSettings = GoalSettings()
    top_paths: TopPathSettings = TopPathSettings()
    baskets: BasketSettings = BasketSettings()
    evidence: EvidenceSettings = EvidenceSettings()
    relations: RelationSettings = RelationSettings()
    pairs: PairSettings = PairSettings()
    rules: RuleSettings = RuleSettings()
    trending: TrendSettings = TrendSettings()
    stickiness: StickinessSettings = StickinessSettings()
    sequences: FollowUpSettings = FollowUpSettings()
    bundles: BundleSettings = BundleSettings()
    interactions: InteractionSettings = InteractionSettings()
    for_you: ForYouSettings = ForYouSettings()
    next_click: NextClickSettings = NextClickSettings()
    merchandising: MerchandisingSettings = MerchandisingSettings()
    layout: LayoutSettings = LayoutSettings()
    off_policy: OffPolicySettings = OffPolicySettings()
    evaluation: EvaluationSettings = EvaluationSettings()
    serve: ServeSettings = ServeSettings()

    @property
    def zone(self) -> str:
        """Return the operator's time zone, whose days and hours reports tell."""
        return settle(self.sessions).zone


def read_settings(file: Path | None) -> Settings:
    """Read the settings file and the environment; raises `Stop` where a key or value is wrong."""
    where = str(file) if file else "the environment"
    settings = convert(read_document(file), Settings, where)
    return msgspec.structs.replace(settings, funnels=name_funnels(settings.funnels))


def read_site_map_of(settings: Settings, file: Path | None) -> SiteMap:
    """Read the site map that the settings name; an empty one where they name none."""
    if settings.ingest.site_map is None:
        return SiteMap()
    place = (file.parent if file else Path()) / settings.ingest.site_map
    return read_site_map(read_toml(place), str(place))
