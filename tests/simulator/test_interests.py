import numpy as np

from simulator import Simulation
from simulator.catalogue import SEGMENTS, build_catalogue
from simulator.chains import PAGE
from simulator.columns import NONE
from simulator.interests import find_companions, tabulate_tastes


def test_tastes_are_cumulative_shares():
    tastes = tabulate_tastes(build_catalogue(28))
    assert tastes.shape == (len(SEGMENTS), 60)
    assert (np.diff(tastes, axis=1) > 0).all()
    assert (tastes[:, -1] == 1).all()


def test_companions_are_others_of_the_same_segment():
    products = build_catalogue(28)
    for place, companions in enumerate(find_companions(products).tolist()):
        assert place not in companions
        assert {products[other].segment for other in companions} == {products[place].segment}


def test_people_look_at_what_their_segment_likes(planted: Simulation):
    clicks, people = planted.clicks, planted.operator.people
    looks = (clicks.page == PAGE["product"]) & (clicks.customer != NONE)
    liked = np.array([SEGMENTS.index(product.segment) for product in planted.operator.products])
    own = liked[clicks.item[looks]] == people.segment[clicks.customer[looks]]
    assert own.mean() > 0.4


def test_only_looks_and_changes_of_the_cart_name_a_product(planted: Simulation):
    clicks = planted.clicks
    named = clicks.item != NONE
    assert set(np.unique(clicks.page[named]).tolist()) == {PAGE["product"], PAGE["cart"]}
    assert named[clicks.page == PAGE["product"]].all()


def test_a_list_shows_the_category_of_the_product_clicked_next(planted: Simulation):
    clicks = planted.clicks
    products = planted.operator.products
    categories = ("plan", "data_pack", "handset", "broadband", "value_added")
    lists = np.flatnonzero((clicks.page[:-1] == PAGE["category"]) & (clicks.page[1:] == PAGE["product"]))
    for row in lists[~clicks.is_first[lists + 1]].tolist():
        assert categories[clicks.category[row]] == products[clicks.item[row + 1]].category
