import numpy as np
import pytest

from serving import Catalogue


def make_catalogue() -> Catalogue:
    return Catalogue.from_rows(
        ["b", "a"], on_sale_from=[None, 10], on_sale_to=[20, None], channels=["web app", None], names=[None, "A-plan"]
    )


def test_rows_come_in_any_order() -> None:
    catalogue = make_catalogue()
    assert catalogue.items.tolist() == ["a", "b"]
    assert catalogue.channels.tolist() == [7, 5]
    assert (catalogue.name_item("a"), catalogue.name_item("b"), catalogue.name_item("zoe")) == ("A-plan", "b", "zoe")


@pytest.mark.parametrize(
    ("now", "channel", "eligible"),
    [
        (0, None, [False, True, False]),
        (10, None, [True, True, False]),
        (20, None, [True, False, False]),
        (15, "wap", [True, False, False]),
        (15, "app", [True, True, False]),
    ],
)
def test_a_product_is_eligible_in_its_time_and_on_its_channels(
    now: int, channel: str | None, eligible: list[bool]
) -> None:
    codes = np.array([0, 1, -1], dtype=np.int32)
    assert make_catalogue().mark_eligible(codes, now_ms=now, channel=channel).tolist() == eligible


def test_an_empty_catalogue_forbids_nothing() -> None:
    codes = np.array([-1, -1], dtype=np.int32)
    assert Catalogue.empty().mark_eligible(codes, now_ms=0, channel="web").tolist() == [True, True]


def test_a_channel_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="fax"):
        Catalogue.from_rows(["a"], on_sale_from=[None], on_sale_to=[None], channels=["web fax"], names=[None])
