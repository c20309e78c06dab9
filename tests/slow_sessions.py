"""Sessions cut event by event, as one would tell it: the slow and obvious reference of the fast kernel."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from ingest import CUTS


class Visit:
    """The state of the slow reference: the session so far, and when the visitor was last seen doing something."""

    def __init__(self):
        self.session = self.last = self.alive = None
        self.dozing = False

    def begin(self, event):
        self.session, self.start, self.step = event["event_id"], event["occurred_at"], 0
        self.campaign = self.customer = None
        self.ended = False

    def why_cut(self, event, rules):
        """Return every reason that holds."""
        now, zone, passive = event["occurred_at"], ZoneInfo(rules.zone), event["name"] in rules.passive
        if self.last is None:
            self.alive, self.dozing = now, False
            return {"first"}
        broken, idle = is_pause(now - self.last, rules), is_pause(now - self.alive, rules)
        why = {
            "pause": broken or (idle and not (passive and self.dozing)),
            "login": rules.login and None not in (self.customer, event["customer_id"]) and self.customer != event["customer_id"],
            "campaign": rules.campaign and None not in (self.campaign, event["campaign"]) and self.campaign != event["campaign"],
            "separator": event["name"] in rules.separators or self.ended,
            "midnight": rules.midnight and now.astimezone(zone).date() != self.last.astimezone(zone).date(),
            "longest": bool(rules.longest_hours) and now - self.start > timedelta(hours=rules.longest_hours),
        }  # fmt: skip
        self.dozing = passive and idle and not broken
        self.alive = now if broken or not passive else self.alive
        return {name for name, holds in why.items() if holds}

    def go_on(self, event, rules):
        self.last, self.step = event["occurred_at"], self.step + 1
        self.campaign = event["campaign"] or self.campaign
        self.customer = event["customer_id"] or self.customer
        self.ended = event["name"] in rules.endings


def is_pause(gap, rules):
    limit = timedelta(minutes=rules.pause_minutes)
    return gap >= limit if rules.exact_pause_cuts else gap > limit


def cut_slowly(events, rules):
    """Cut event by event, as one would tell it: (visitor, event, session, step, cut)."""
    first = datetime.min.replace(tzinfo=UTC)
    in_order = sorted(
        events.iter_rows(named=True),
        key=lambda row: (
            row["visitor_id"],
            row["occurred_at"],
            row["device_at"] or first,
            row["line"],
            row["event_id"],
        ),
    )
    visits = {row["visitor_id"]: Visit() for row in in_order}
    for row in in_order:
        visit = visits[row["visitor_id"]]
        why = visit.why_cut(row, rules)
        if why:
            visit.begin(row)
        visit.go_on(row, rules)
        yield (
            row["visitor_id"],
            row["event_id"],
            visit.session,
            visit.step,
            min(why, key=list(CUTS).index, default=None),
        )
