import numpy as np

from simulator import Simulation
from simulator.names import name_address, name_agent, name_device, name_phone

MANY = 60_000


def test_no_two_web_devices_share_address_and_agent():
    assert len({(name_address(device), name_agent(device)) for device in range(MANY)}) == MANY


def test_no_two_customers_share_a_phone_and_no_two_app_devices_an_id():
    assert len({name_phone(customer) for customer in range(MANY)}) == MANY
    assert len({name_device(device) for device in range(MANY)}) == MANY


def test_phone_numbers_look_like_phone_numbers():
    assert all(len(name_phone(customer)) == 11 and name_phone(customer).startswith("13") for customer in range(1000))


def test_addresses_are_carrier_grade_nat(planted: Simulation):
    for device in planted.truth["people"]["web_devices"]:
        first, second, *_ = map(int, device["ip"].split("."))
        assert first == 100
        assert 64 <= second < 128


def test_each_of_a_family_uses_its_one_computer_and_its_one_tablet_and_a_phone_of_their_own(planted: Simulation):
    people = planted.operator.people
    for family in range(int(people.family.max()) + 1):
        members = set(np.flatnonzero(people.family == family).tolist())
        for channel in ("web", "app"):
            users = people.users[channel]
            seats = np.isin(users.customer, list(members))
            assert set(users.customer[seats].tolist()) == members
            assert len(set(users.device[seats].tolist())) == 1
        phones = people.users["wap"]
        own = phones.device[np.isin(phones.customer, list(members))]
        assert len(set(own.tolist())) == len(own)


def test_families_share_a_computer_and_a_tablet(planted: Simulation):
    people = planted.truth["people"]
    families = [set(phones) for phones in people["families"]]
    assert len(families) >= 3
    for kind in ("web_devices", "app_devices"):
        shared = [set(device["phones"]) for device in people[kind] if len(device["phones"]) > 1]
        assert shared
        assert all(any(phones <= family for family in families) for phones in shared)


def test_some_devices_never_see_a_login(planted: Simulation):
    clicks = planted.clicks
    strangers = clicks.customer == -1
    assert 0.05 < strangers[clicks.on("web")].mean() < 0.3
    assert not strangers[clicks.on("wap")].any()
    assert not clicks.logged_in[strangers].any()
    assert any(not device["phones"] for device in planted.truth["people"]["app_devices"])
