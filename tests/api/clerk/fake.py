"""A clerk that needs no lake: `python -m tests.api.clerk.fake`. What it is asked for says what it does."""

import json
import os
import sys
import time
from typing import Any

Outcome = dict[str, Any]


def answer(errand: dict[str, Any]) -> Outcome:
    """Answer an errand; misbehave where that is wished for."""
    funnel_id = errand.get("funnel_id")
    match errand["type"]:
        case "AnswerReport":
            return {"document": make_report(errand["query"]["report"])}
        case "ListFunnels":
            return {"document": {"funnels": [{"id": "order", "source": "settings", "steps": 2}]}}
        case "KeepFunnel":
            return judge_definition(errand["definition"]) or {
                "status": 201 if funnel_id == "new" else 200,
                "document": errand["definition"],
            }
        case "RemoveFunnel" if funnel_id == "new":
            return {"status": 204}
        case "ShowFunnel" if funnel_id == "order":
            return {"document": {"steps": [{"event": "view_item"}, {"event": "purchase"}]}}
        case "ListLost" if funnel_id == "order":
            head = {name: errand[name] for name in ("step", "offset")}
            return {"document": {"funnel": "order", "scope": "visitor", "name": "", "total": 0, "lost": [], **head}}
    return {"status": 404, "detail": "There is none."}


def judge_definition(definition: dict[str, Any]) -> Outcome:
    """Refuse what the description does not allow; its types are loaded only here, for they take a while."""
    from api import find_shape_faults
    from api.messages import FunnelDocument

    faults = find_shape_faults(definition, FunnelDocument)
    return {"status": 422, "faults": [{"where": fault.where, "what": fault.what} for fault in faults]} if faults else {}


def make_report(name: str) -> dict[str, Any]:
    if name == "slow":
        time.sleep(60)
    if name == "brief":
        time.sleep(0.2)
    if name == "dead":
        os._exit(3)
    title = {"en": str(os.getpid()), "zh": ""}
    return {"name": name, "title": title, "note": title, "columns": [], "rows": []}


if __name__ == "__main__":
    inbox, outbox = sys.stdin.buffer, sys.stdout.buffer
    while length := inbox.read(4):
        told = json.dumps(answer(json.loads(inbox.read(int.from_bytes(length, "big"))))).encode()
        outbox.write(len(told).to_bytes(4, "big") + told)
        outbox.flush()
