from paths import AbandonmentSettings, Departure, count_departures, trace_journeys
from tests.drawing import at, draw


def tell(text: str) -> list[tuple[object, ...]]:
    journeys = trace_journeys(draw(text), AbandonmentSettings(), at("9 00:00"))
    departures = Departure.validate(count_departures(journeys))
    return departures.select("channel", "when", "page", "journeys", "out_of").rows()


def test_those_who_left_are_counted_where_they_went_first_of_all() -> None:
    assert tell("""
        customer | time    | name        | page
        ann      | 1 08:00 | add_to_cart | cart
        ann      | 1 08:01 | page_view   | help
        ann      | 1 08:02 | page_view   | home
        ann      | 1 08:03 | page_view   | help
        ann      | 3 08:00 | page_view   | bill
        bob      | 1 08:00 | add_to_cart | cart
        bob      | 3 08:00 | page_view   | bill
        cat      | 1 08:00 | add_to_cart | cart
        dan      | 1 08:00 | add_to_cart | cart
        eve      | 1 08:00 | view_item   | plan
        eve      | 1 08:01 | page_view   | home
        fay      | 1 08:00 | add_to_cart | cart
        fay      | 1 08:01 | purchase    | done
        fay      | 1 08:02 | page_view   | home
    """) == [
        ("web", "not seen again", None, 2, 4),
        ("web", "next visit", "bill", 1, 4),
        ("web", "same visit", "help", 1, 4),
        ("web", "same visit", "home", 1, 4),
    ]


def test_nobody_left_goes_nowhere() -> None:
    assert tell("time | name") == []
