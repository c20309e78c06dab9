"""Reports: the list of those that are published, and the question for one that is made on demand."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from api.messages.parameters import Id, Step

ReportName = Annotated[
    str, Meta(min_length=1, max_length=64, description="What `echannel report` takes: funnel, funnel-trend, paths …")
]
FunnelName = Annotated[str, Meta(min_length=1, max_length=64, description="The id of a funnel that is defined.")]
About = Annotated[
    str,
    Meta(min_length=1, max_length=500, description="The page, the two groups or the pattern that some reports take."),
]
Period = Annotated[Literal["day", "week"], Meta(description="For funnel-trend: a row a day, or a week.")]
Groups = Annotated[
    list[Id],
    Meta(min_length=2, max_length=2, description="For funnel-comparison: two segments, or two periods FROM..TO."),
]


class Title(msgspec.Struct, frozen=True):
    """A text in both languages."""

    en: str
    zh: str


class ReportEntry(msgspec.Struct, frozen=True):
    """One report of the list."""

    name: str
    title: Title
    chapter: Title
    rows: int


class ReportList(msgspec.Struct, frozen=True):
    """The reports of the snapshot that is served."""

    model_version: str
    reports: list[ReportEntry]


class ReportQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A report made on demand."""

    report: ReportName
    funnel: (
        Annotated[FunnelName | dict[str, Any], Meta(description="Its id, or a definition (FunnelDocument).")] | None
    ) = None
    about: About | None = None
    by: Period | None = None
    groups: Groups | None = None
    step: Step | None = None
