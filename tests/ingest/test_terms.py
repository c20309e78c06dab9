import polars as pl
import pytest

from ingest import Product, complete_products, find_term_faults


def sell(*rows: tuple[str, str | None, str | None]):
    drawn = pl.DataFrame(rows, schema=dict.fromkeys(("item_id", "requires", "excludes"), pl.String), orient="row")
    return complete_products(drawn)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("A", "B", None), ("B", None, "C"), ("C", None, None)], []),
        ([("A", "A", None)], ["A requires itself, which is passed over: take it out of `requires`."]),
        ([("A", None, "A")], ["A excludes itself, which is passed over: take it out of `excludes`."]),
        (
            [("A", "X B Y", None), ("B", None, None)],
            [
                "A requires X, Y, not in this catalogue: only who owns that sees it."
                " Mend the id in `requires`, or add the product."
            ],
        ),
        (
            [("A", "B", None), ("B", None, "A")],
            ["A requires B, and one of them excludes the other: A is never shown. Take one of the two out."],
        ),
        (
            [("D", "A", None), ("B", "C", None), ("C", "A B", None), ("A", "B", None)],
            [
                "A, B, C require each other in a circle: each is shown only beside the others."
                " Take one `requires` out, or sell them as one product."
            ],
        ),
    ],
)
def test_each_fault_is_said_with_its_effect_and_its_cure(rows, said):
    products = sell(*rows)
    Product.validate(products)
    assert find_term_faults(products) == said


def test_circles_of_a_long_chain_are_found_without_an_end():
    ring = [(f"R{place:05}", f"R{(place + 1) % 20_000:05}", None) for place in range(20_000)]
    chain = [(f"C{place:05}", f"C{place + 1:05}", None) for place in range(20_000)]
    (said,) = find_term_faults(sell(*ring, *chain, ("C20000", None, None)))
    assert said.startswith("R00000, R00001")
    assert "R00009 and 19,990 more require each other" in said


def test_of_many_faults_the_rest_is_counted():
    said = find_term_faults(sell(*((f"A{place:02}", "X", None) for place in range(25))))
    assert len(said) == 21
    assert said[-1] == "5 more faults of `requires` and `excludes`."
