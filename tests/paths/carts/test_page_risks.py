from paths import AbandonmentSettings, PageRisk, trace_journeys, weigh_pages
from tests.drawing import at, draw


def tell(text: str) -> list[tuple[object, ...]]:
    events = draw(text)
    risks = PageRisk.validate(weigh_pages(events, trace_journeys(events, AbandonmentSettings(), at("9 00:00"))))
    return risks.select("page", "saw", "gave_up", "others", "others_gave_up", "difference").rows()


def test_carts_of_those_who_saw_a_page_on_the_way_stand_beside_the_others_of_the_channel() -> None:
    assert tell("""
        customer | time  | name           | page | channel
        ann      | 08:00 | add_to_cart    | cart | web
        ann      | 08:01 | page_view      | help | web
        ann      | 08:02 | page_view      | help | web
        ann      | 08:03 | begin_checkout | pay  | web
        ann      | 08:04 | page_view      | home | web
        bob      | 07:00 | page_view      | help | web
        bob      | 08:00 | add_to_cart    | cart | web
        bob      | 08:01 | begin_checkout | pay  | web
        bob      | 08:02 | purchase       | done | web
        bob      | 08:03 | page_view      | help | web
        cat      | 08:00 | add_to_cart    | cart | app
    """) == [("help", 1, 1, 1, 0, 1.0)]


def test_the_page_of_the_purchase_itself_is_no_page_on_the_way() -> None:
    assert tell("""
        customer | time  | name        | page
        ann      | 08:00 | add_to_cart | cart
        ann      | 08:01 | page_view   | help
        ann      | 08:02 | purchase    | done
        bob      | 08:00 | add_to_cart | cart
    """) == [("help", 1, 0, 1, 1, -1.0)]


def test_looks_and_open_carts_prove_nothing() -> None:
    assert (
        tell("""
        customer | time    | name        | page
        ann      | 1 08:00 | view_item   | plan
        bob      | 8 08:00 | add_to_cart | cart
    """)
        == []
    )
