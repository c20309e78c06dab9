"""What the description says of an answer is what serving can send."""

from dataclasses import replace

from api.messages.answers import Rung
from api.requests.fields import describe_field
from serving import RUNGS, Answer, Answers, ListPin, MerchandisingSettings
from tests.serving.shop import JUNE, draw_lists, make_shop

SIBLINGS = draw_lists("""
    item | sibling   | people | of all
    new  | broadband | 30     | 60
""")
PIN = MerchandisingSettings(pins=(ListPin("insurance"),), share=1.0)


def ask_everything() -> list[Answer]:
    """Ask a shop whose every model has something to say each kind of question."""
    shop = Answers(replace(make_shop(), siblings=SIBLINGS, merchandising=PIN))
    return [
        shop.also_viewed("fresh", n=9, now_ms=JUNE),
        shop.also_viewed("new", n=9, now_ms=JUNE, channel="web"),
        shop.also_bought(["phone"], n=9, now_ms=JUNE),
        shop.next_item(["plan"], n=9, now_ms=JUNE),
        shop.next_item(["plan"], n=9, now_ms=JUNE, channel="wap"),
        shop.for_you(["visitor:ben"], n=9, now_ms=JUNE),
        shop.trending(n=9, now_ms=JUNE, channel="web"),
        shop.next_click(["home"], n=9, channel="web"),
    ]


def test_every_rung_is_described_and_every_rung_described_is_sent() -> None:
    sent = {item.rung for answer in ask_everything() for item in answer.items}
    described = describe_field(Rung)
    assert sent == set(RUNGS)
    assert described == f"What proposed it: {', '.join(RUNGS[:-1])} or {RUNGS[-1]}."
