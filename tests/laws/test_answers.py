"""What holds for every snapshot and every question."""

from dataclasses import replace
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serving import (
    CHANNEL_BIT,
    Answer,
    Answers,
    Boost,
    Catalogue,
    Histories,
    ItemFactors,
    ItemStickiness,
    Ladders,
    Links,
    ListPin,
    MerchandisingSettings,
    NeighbourSettings,
    PastSessions,
    RankedLists,
    Snapshot,
    SnapshotError,
    load_snapshot,
    publish_snapshot,
    read_current,
    write_snapshot,
)
from tests.serving.shop import make_shop

NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\t"), min_size=1, max_size=4)
ITEMS = st.lists(NAMES, min_size=1, max_size=8, unique=True)
CHANNELS = st.sampled_from([None, "web", "wap", "app"])
MOMENTS = st.one_of(st.none(), st.integers(0, 100))


@st.composite
def lists(draw: st.DrawFn, keys: list[str], targets: list[str]) -> RankedLists:
    pairs = draw(st.lists(st.tuples(st.sampled_from(keys), st.sampled_from(targets)), unique=True, max_size=30))
    together = draw(st.lists(st.integers(0, 50), min_size=len(pairs), max_size=len(pairs)))
    score = [count / 50 for count in together]
    key, target = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    return RankedLists.from_rows(key, target, score=score, together=together, alone=[50] * len(pairs))


@st.composite
def past_sessions(draw: st.DrawFn, keys: list[str]) -> PastSessions:
    walks = draw(st.lists(st.lists(st.integers(0, len(keys) - 1), max_size=6), max_size=8))
    number = [place for place, walk in enumerate(walks) for _ in walk]
    sizes = {"sample": draw(st.integers(1, 4)), "neighbours": draw(st.integers(1, 4))}
    return PastSessions.from_codes(keys, number, [code for walk in walks for code in walk], NeighbourSettings(**sizes))


@st.composite
def links(draw: st.DrawFn, items: list[str], names: list[str]) -> Links:
    pairs = draw(st.lists(st.tuples(st.sampled_from(items), st.sampled_from(names)), max_size=4))
    return Links.from_names({item: frozenset(n for i, n in pairs if i == item) for item, _ in pairs})


@st.composite
def merchandising(draw: st.DrawFn, items: list[str]) -> MerchandisingSettings:
    some = st.lists(st.sampled_from(items), max_size=2, unique=True)
    return MerchandisingSettings(
        pins=tuple(ListPin(item, draw(st.integers(1, 5))) for item in draw(some)),
        boosts=tuple(Boost(word, 2.0) for word in draw(some)),
        share=draw(st.sampled_from([0.0, 0.3, 1.0])),
        caps=dict.fromkeys(draw(some | st.just(["5g"])), 1),
        rotation=draw(st.sampled_from([0.0, 0.5])),
        rotation_hours=1,
        diversity=draw(st.sampled_from([0.0, 0.5])),
        stickiness_power=draw(st.sampled_from([0.0, 1.0])),
        pool=draw(st.integers(1, 9)),
    )


CHOICES = st.dictionaries(
    st.tuples(st.sampled_from(["next_click", "next_item"]), st.sampled_from(["all", *CHANNEL_BIT])),
    st.sampled_from([(), ("neighbours",), ("rules", "graph"), ("graph",)]),
)


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    items = draw(ITEMS)
    persons = ["ann", "bob"]
    pages = [f"{channel}\t{item}" for channel in CHANNEL_BIT for item in items]
    past = draw(st.lists(st.tuples(st.sampled_from(persons), st.sampled_from(items)), max_size=8))
    owned = draw(st.lists(st.tuples(st.sampled_from(persons), st.sampled_from(items)), max_size=4))
    sold = draw(st.lists(st.sampled_from(items), unique=True))
    rng = np.random.default_rng(draw(st.integers(0, 5)))
    return Snapshot(
        also_viewed=draw(st.none() | lists(items, items)),
        also_bought=draw(st.none() | lists(items, items)),
        bought_after_viewing=draw(st.none() | lists(items + pages, items)),
        next_click=draw(st.none() | lists(pages, items)),
        page_sessions=draw(st.none() | past_sessions(pages)),
        page_rules=draw(st.none() | lists(pages, items)),
        next_item=draw(st.none() | lists(items, items)),
        item_sessions=draw(st.none() | past_sessions(items)),
        item_rules=draw(st.none() | lists(items, items)),
        ladders=Ladders.from_choices(draw(CHOICES)),
        popular=draw(lists(["all", *CHANNEL_BIT], items)),
        trending=draw(lists(["all", *CHANNEL_BIT, "all\tplan", "web\tplan"], items)),
        alike=draw(lists(items, items)),
        for_you=draw(
            st.none()
            | st.just(
                ItemFactors.from_rows(np.array(items), rng.normal(size=(len(items), 3)), regularization=0.1, alpha=5)
            )
        ),
        histories=Histories.from_rows([p for p, _ in past], [i for _, i in past], [1.0] * len(past)),
        owned=Histories.from_rows([p for p, _ in owned], [i for _, i in owned], [1.0] * len(owned)),
        catalogue=Catalogue.from_rows(
            sold,
            on_sale_from=[draw(MOMENTS) for _ in sold],
            on_sale_to=[draw(MOMENTS) for _ in sold],
            channels=[draw(CHANNELS) for _ in sold],
            names=["" for _ in sold],
            min_age=[draw(st.sampled_from([None, 18])) for _ in sold],
        ),
        requires=draw(links(items, items)),
        excludes=draw(links(items, items)),
        words=draw(links(items, ["5g", "brand=Acme"])),
        stickiness=draw(st.none() | st.just(ItemStickiness.from_rows(items[:3], [0.5, 2.0, 4.0][: len(items)]))),
        merchandising=draw(merchandising(items)),
    )


def ask_all(
    answers: Answers,
    item: str,
    n: int,
    channel: str | None,
    now: int,
    age: int | None,
    exclude: list[str],
    offset: int = 0,
) -> dict[str, Answer]:
    shop = {"n": n, "channel": channel, "now_ms": now, "age": age, "exclude": exclude, "offset": offset}
    pages = {"n": n, "channel": channel, "exclude": exclude, "offset": offset}
    return {
        "also_viewed": answers.also_viewed(item, **shop),
        "also_bought": answers.also_bought([item], **shop),
        "bought_after": answers.bought_after_viewing(item, **shop),
        "trending": answers.trending(**shop),
        "trending_plans": answers.trending("plan", **shop),
        "for_you": answers.for_you(["ann", "zoe"], recent=[item], **shop),
        "next_click": answers.next_click([item], **pages),
        "next_click_from_nowhere": answers.next_click([], **pages),
        "next_item": answers.next_item([item], **shop),
        "next_item_from_nowhere": answers.next_item([], **shop),
    }


QUESTIONS = {
    "item": NAMES,
    "n": st.integers(1, 12),
    "channel": CHANNELS,
    "now": st.integers(0, 100),
    "age": st.sampled_from([None, 9, 20]),
}


def keep_terms(snapshot: Snapshot, said: dict[str, Answer], item: str) -> None:
    """Hold answers to what the catalogue's products require and exclude."""
    requires, excludes = snapshot.requires.name_links(), snapshot.excludes.name_links()
    owned = {str(snapshot.owned.items[code]) for code in snapshot.owned.recall_items("ann").item}
    held = {"also_viewed": {item}, "also_bought": {item}, "next_item": {item}, "for_you": owned}
    for kind, mine in held.items() if len(snapshot.catalogue.items) else ():
        for name in (one.id for one in said[kind].items):
            assert requires.get(name, frozenset()) - {name} <= mine
            barred = kind in ("also_bought", "for_you") and any(
                name in excludes.get(own, ()) or own in excludes.get(name, ()) for own in mine - {name}
            )
            assert not barred


@given(snapshots(), st.fixed_dictionaries(QUESTIONS), st.lists(NAMES, max_size=3))
def test_no_answer_breaks_a_filter(snapshot: Snapshot, question: dict, exclude: list[str]) -> None:
    answers = Answers(snapshot)
    said = ask_all(answers, exclude=exclude, **question)
    catalogue, channel, now = snapshot.catalogue, question["channel"], question["now"]
    for kind, answer in said.items():
        names = [item.id for item in answer.items]
        assert len(names) == len(set(names)) <= question["n"]
        assert not set(names) & set(exclude)
        about_none = kind.startswith(("for_you", "trending")) or kind.endswith("nowhere")
        assert about_none or question["item"] not in names
        if kind.startswith("next_click") or not len(catalogue.items):
            continue
        for name in names:
            place = catalogue.items.tolist().index(name)
            assert catalogue.on_sale_from[place] <= now < catalogue.on_sale_to[place]
            assert channel is None or catalogue.channels[place] & CHANNEL_BIT[channel]
            assert catalogue.min_age[place] <= (question["age"] or 0)
    keep_terms(snapshot, said, question["item"])
    owned = snapshot.owned
    mine = {str(owned.items[code]) for code in owned.recall_items("ann").item}
    assert not mine & {item.id for item in said["for_you"].items}


@given(snapshots(), st.fixed_dictionaries(QUESTIONS))
def test_a_short_list_is_never_passed_off_as_the_models(snapshot: Snapshot, question: dict) -> None:
    for answer in ask_all(Answers(snapshot), exclude=[], **question).values():
        assert answer.fallback is not None or len(answer.items) == question["n"]


@given(snapshots(), st.lists(NAMES, max_size=4), CHANNELS, st.booleans(), st.booleans())
def test_where_a_visit_was_comes_back_only_where_it_may(
    snapshot: Snapshot, visit: list[str], channel: str | None, stay: bool, seen: bool
) -> None:
    answers = Answers(snapshot)
    options = {"n": 12, "channel": channel, "stay": stay, "seen": seen}
    here, before = set(visit[-1:]), set(visit) - set(visit[-1:])
    for answer in (answers.next_click(visit, **options), answers.next_item(visit, now_ms=50, **options)):
        names = {item.id for item in answer.items}
        assert stay or not names & here
        assert seen or not names & before


@given(snapshots(), st.fixed_dictionaries(QUESTIONS))
def test_a_longer_list_begins_with_the_shorter(snapshot: Snapshot, question: dict) -> None:
    answers = Answers(snapshot)
    short = ask_all(answers, exclude=[], **question)
    long = ask_all(answers, exclude=[], **{**question, "n": question["n"] + 3})
    for kind, answer in short.items():
        assert [item.id for item in long[kind].items][: len(answer.items)] == [item.id for item in answer.items]


@given(snapshots(), st.fixed_dictionaries(QUESTIONS), st.integers(1, 5))
@settings(max_examples=30)
def test_pages_are_one_long_list_cut(snapshot: Snapshot, question: dict, offset: int) -> None:
    answers = Answers(snapshot)
    whole = ask_all(answers, exclude=[], **{**question, "n": question["n"] + offset})
    for kind, page in ask_all(answers, exclude=[], offset=offset, **question).items():
        assert page.items == whole[kind].items[offset:]


@given(snapshots(), st.fixed_dictionaries(QUESTIONS))
@settings(max_examples=30)
def test_what_merchandisers_set_shortens_no_list_and_takes_no_more_than_its_share(
    snapshot: Snapshot, question: dict
) -> None:
    rules = snapshot.merchandising
    plain = ask_all(Answers(replace(snapshot, merchandising=MerchandisingSettings())), exclude=[], **question)
    for kind, answer in ask_all(Answers(snapshot), exclude=[], **question).items():
        assert len(answer.items) >= len(plain[kind].items)
        bought = [item.rule in ("pin", "boost") for item in answer.items]
        assert all(sum(bought[:k]) <= ceil(rules.share * k - 1e-9) for k in range(1, len(bought) + 1))


@given(snapshots(), st.fixed_dictionaries(QUESTIONS))
@settings(max_examples=8, deadline=None)
def test_a_snapshot_comes_back_from_disk_as_it_was(snapshot: Snapshot, question: dict) -> None:
    with TemporaryDirectory() as place:
        folder = Path(place)
        version = publish_snapshot(folder, snapshot, made_at="2026-03-30T00:00:00Z").model_version
        again = load_snapshot(folder / version)
        assert read_current(folder) == again.model_version == version
        written = write_snapshot(folder, again, made_at="another day")
        assert written.model_version == version, "what was read and written again is the same"
        before = ask_all(Answers(replace(snapshot, model_version=version)), exclude=[], **question)
        assert ask_all(Answers(again), exclude=[], **question) == before


@given(st.lists(st.tuples(NAMES, NAMES, st.integers(0, 9)), max_size=20, unique_by=lambda row: row[:2]), st.randoms())
def test_the_order_of_rows_does_not_matter(rows: list[tuple[str, str, int]], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    def build(some: list[tuple[str, str, int]]) -> RankedLists:
        keys, targets, counts = [r[0] for r in some], [r[1] for r in some], [r[2] for r in some]
        return RankedLists.from_rows(keys, targets, score=counts, together=counts, alone=[9] * len(some), most=3)

    one, other = build(rows), build(shuffled)
    for field in ("keys", "targets", "starts", "target", "score", "together", "alone"):
        assert np.array_equal(getattr(one, field), getattr(other, field))


def test_a_flipped_byte_in_any_file_is_refused(tmp_path: Path) -> None:
    version = publish_snapshot(tmp_path, make_shop(), made_at="2026-03-30T00:00:00Z").model_version
    files = sorted(path for path in (tmp_path / version).rglob("*") if path.is_file())
    assert len(files) > 40
    for path in files:
        content = path.read_bytes()
        for place in {0, len(content) // 2, len(content) - 2}:
            path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
            with pytest.raises(SnapshotError):
                load_snapshot(tmp_path / version)
        path.write_bytes(content)
    load_snapshot(tmp_path / version)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    version = publish_snapshot(tmp_path, make_shop(), made_at="2026-03-30T00:00:00Z").model_version
    for path in sorted(path for path in (tmp_path / version).rglob("*") if path.is_file()):
        content = path.read_bytes()
        path.unlink()
        with pytest.raises(SnapshotError, match=path.name.replace(".", r"\.")):
            load_snapshot(tmp_path / version)
        path.write_bytes(content)
