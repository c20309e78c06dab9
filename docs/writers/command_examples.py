"""Examples of every command, and the codes that it may end with: what its signature cannot say."""

from typing import NamedTuple

from echannel.exits import Exit


class Example(NamedTuple):
    """How a command is used."""

    lines: tuple[str, ...]
    ends: tuple[Exit, ...]


ANSWERED = (Exit.DONE, Exit.WRONG_USE, Exit.BAD_INPUT, Exit.NOTHING_TO_DO)

EXAMPLES = {
    "demo": Example(
        ("echannel demo", "echannel demo --out /tmp/try --visits 2000 --once"),
        (Exit.DONE, Exit.WRONG_USE, Exit.BAD_INPUT, Exit.DISK),
    ),
    "simulate": Example(
        ("echannel simulate --out shop --visits 2000 --seed 7",), (Exit.DONE, Exit.WRONG_USE, Exit.DISK)
    ),
    "ingest": Example(
        (
            "echannel ingest shop/web/access.log.gz --format combined --channel web",
            "echannel ingest shop/wap --format gateway --channel wap",
            "echannel ingest shop/app/events.ndjson.zst --format ndjson --map shop/maps/app.toml --json",
            "echannel ingest '/var/log/nginx/access.log*' --channel web",
            "zcat old.gz | echannel ingest - --format combined --channel web",
            "echannel ingest",
        ),
        ANSWERED,
    ),
    "quarantine": Example(
        (
            "echannel quarantine",
            "echannel quarantine --reason not_utf8 --limit 20",
            "echannel quarantine --replay --source access.log --encoding gbk --json",
        ),
        ANSWERED,
    ),
    "report": Example(
        (
            "echannel report overview",
            "echannel report funnel order --format csv --out funnel.csv",
            "echannel report paths --format graphml --out paths.graphml",
            "echannel report page home",
            "echannel report flows to:order_done --json",
            "echannel report path-differences device=mobile",
            "echannel report abandonment --format xlsx --out abandonment.xlsx",
            "echannel report path-search 'product -> [^cart]* -> exit'",
        ),
        (*ANSWERED, Exit.DISK),
    ),
    "train": Example(("echannel train", "echannel train --json"), (*ANSWERED, Exit.REFUSED)),
    "evaluate": Example(("echannel evaluate --json",), ANSWERED),
    "serve": Example(
        ("echannel serve", "echannel serve --lake /srv/lake --port 9000 --workers 2"),
        (Exit.DONE, Exit.WRONG_USE, Exit.BAD_INPUT),
    ),
    "identity show": Example(("echannel identity show", "echannel identity show 13800000001 --json"), ANSWERED),
    "identity undo": Example(("echannel identity undo 13800000001",), ANSWERED),
    "access add": Example(
        (
            "echannel access add dashboard --scope reports",
            "echannel access add crm --scope reports --scope people --json",
        ),
        (Exit.DONE, Exit.WRONG_USE, Exit.BAD_INPUT),
    ),
    "access list": Example(("echannel access list", "echannel access list --json"), (Exit.DONE, Exit.BAD_INPUT)),
    "access revoke": Example(("echannel access revoke dashboard",), (Exit.DONE, Exit.BAD_INPUT)),
    "keys show": Example(("echannel keys show", "echannel keys show --json"), (*ANSWERED, Exit.REFUSED)),
    "keys rotate": Example(("echannel keys rotate",), (*ANSWERED, Exit.REFUSED)),
    "erase": Example(
        (
            "echannel erase 13800000001",
            "echannel erase 13800000001 --yes --json",
            "echannel erase --visitor dev-7f3a --yes",
        ),
        (*ANSWERED, Exit.REFUSED),
    ),
    "settings": Example(("echannel settings", "echannel settings --json"), (Exit.DONE, Exit.WRONG_USE)),
    "recommend also-viewed": Example(("echannel recommend also-viewed HS-07 --n 3",), ANSWERED),
    "plan bundles": Example(
        (
            "echannel plan bundles",
            "echannel plan bundles --format xlsx --out bundles.xlsx",
            "echannel plan bundles --format tmf620 --out offerings.json",
            "echannel plan bundles --rehearse",
        ),
        (*ANSWERED, Exit.DISK),
    ),
    "evaluate-policy": Example(
        (
            "echannel evaluate-policy shown.csv candidate.csv",
            "echannel evaluate-policy log.parquet own-log.parquet --column propensity=chance --column clicked=click",
        ),
        (Exit.DONE, Exit.WRONG_USE, Exit.BAD_INPUT),
    ),
    "plan layout": Example(
        (
            "echannel plan layout category",
            "echannel plan layout category --part trial",
            "echannel plan layout category --format xlsx --out page.xlsx",
        ),
        (*ANSWERED, Exit.DISK),
    ),
    "recommend also-bought": Example(("echannel recommend also-bought HS-07 PL-12 --channel app --json",), ANSWERED),
    "recommend bought-after-viewing": Example(("echannel recommend bought-after-viewing HS-07 --n 3",), ANSWERED),
    "recommend trending": Example(("echannel recommend trending --category plan --n 5",), ANSWERED),
    "recommend next-click": Example(("echannel recommend next-click home category --channel web",), ANSWERED),
    "recommend next-item": Example(("echannel recommend next-item PL-12 --channel app",), ANSWERED),
    "recommend for-you": Example(("echannel recommend for-you 13800000000 --n 5",), ANSWERED),
}
