"""Devices: whose a device's anonymous past is, where only one customer was ever seen on it."""

from datetime import datetime

import dataframely as dy
import msgspec
import polars as pl

SHARED, UNDONE = "shared", "undone"
PAIR = ("visitor_id", "customer_id")


class IdentitySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How devices are joined to customers beyond the session in which they log in."""

    back_fill: bool = True
    """Whether a device's anonymous sessions count as its customer's, where it was only ever used by one."""


class IdentityLink(dy.Schema):
    """One device and one customer who was seen on it."""

    visitor_id = dy.String(primary_key=True, description="Pseudonym of the device or cookie")
    customer_id = dy.String(primary_key=True, description="Pseudonym of the phone number or login")
    first_seen_at = dy.Datetime(
        nullable=False, time_unit="us", time_zone="UTC", description="Time of the customer's first event on the device"
    )
    last_seen_at = dy.Datetime(
        nullable=False, time_unit="us", time_zone="UTC", description="Time of the customer's last event on the device"
    )
    linked_at = dy.Datetime(
        nullable=True, time_unit="us", time_zone="UTC", description="When we first took them for one, by our clock"
    )
    undone_at = dy.Datetime(
        nullable=True, time_unit="us", time_zone="UTC", description="When we ceased to, by our clock; null while we do"
    )
    apart = dy.String(
        nullable=True,
        description="Why the device's anonymous past is not the customer's: shared (others were seen on it) or undone "
        "(by hand, for good); null where it is",
    )

    @dy.rule()
    def apart_is_known(cls) -> pl.Expr:
        """The reason, where there is one, is one of the two."""
        return cls.apart.col.is_in([SHARED, UNDONE])


def link_devices(
    events: pl.LazyFrame, earlier: dy.DataFrame[IdentityLink], now: datetime
) -> dy.DataFrame[IdentityLink]:
    """Link each device to the customer seen on it, where there is exactly one, past and future included.

    `events` are all events there are, with `visitor_id`, `customer_id` and `occurred_at`: the same ones give the same
    links in whatever order they came. Of the `earlier` links only the dates are taken, and those undone: they stay
    undone, and who was seen then still counts as seen. `now` dates what begins or ends.
    """
    seen = (
        events.filter(pl.col("customer_id").is_not_null())
        .group_by(PAIR)
        .agg(first_seen_at=pl.col("occurred_at").min(), last_seen_at=pl.col("occurred_at").max())
        .collect(engine="streaming")
    )
    gone = earlier.filter(pl.col("apart") == UNDONE).join(seen, on=PAIR, how="anti").select(seen.columns)
    dated = pl.concat([seen, gone]).join(earlier.drop("first_seen_at", "last_seen_at"), on=PAIR, how="left")
    return IdentityLink.cast(_date(dated.with_columns(apart=_part()), now).sort(PAIR))


def undo_links(links: dy.DataFrame[IdentityLink], person_ids: list[str], now: datetime) -> dy.DataFrame[IdentityLink]:
    """Undo the links of these devices or customers for good."""
    meant = pl.col("visitor_id").is_in(person_ids) | pl.col("customer_id").is_in(person_ids)
    apart = pl.when(meant).then(pl.lit(UNDONE)).otherwise("apart")
    return IdentityLink.cast(_date(links.with_columns(apart=apart), now))


def name_persons(sessioned: pl.LazyFrame, links: pl.LazyFrame) -> pl.LazyFrame:
    """Name the person of each event: the session's customer, else the device's only one, else the device."""
    owned = links.filter(pl.col("apart").is_null()).select("visitor_id", owner=pl.col("customer_id"))
    named = sessioned.join(owned, on="visitor_id", how="left", maintain_order="left")
    return named.with_columns(person_id=pl.coalesce("customer_id", "owner", "visitor_id")).drop("owner")


def _part() -> pl.Expr:
    """Say why a device and a customer are kept apart; null where they are one."""
    return (
        pl.when(pl.col("apart") == UNDONE)
        .then(pl.lit(UNDONE))
        .when(pl.len().over("visitor_id") > 1)
        .then(pl.lit(SHARED))
    )


def _date(links: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """Date what begins, and what ends that had begun."""
    moment = pl.lit(now, pl.Datetime("us", "UTC"))
    linked_at = pl.coalesce("linked_at", pl.when(pl.col("apart").is_null()).then(moment))
    ended = (pl.col("apart") == UNDONE) | (pl.col("apart").is_not_null() & linked_at.is_not_null())
    return links.with_columns(linked_at=linked_at, undone_at=pl.when(ended).then(pl.coalesce("undone_at", moment)))
