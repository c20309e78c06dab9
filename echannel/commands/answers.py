"""Commands that answer as the API would."""

import time
from pathlib import Path
from typing import Annotated

import typer

from echannel.commands.options import LAKE, Channel, ChannelOption, JsonOption, LakeOption, LangOption
from echannel.console import print_document, print_report
from echannel.exits import Exit, Stop
from echannel.people.keys import open_pseudonym
from echannel.places import find_serving_folder
from echannel.settings import convert_section, find_settings, read_document
from serving import (
    Answer,
    AnswerItem,
    Answers,
    Catalogue,
    Language,
    Report,
    ReportColumn,
    SnapshotError,
    Text,
    load_snapshot,
    read_current,
)

recommend = typer.Typer(help="Ask the published snapshot, as a front-end would ask the API.", no_args_is_help=True)
AgeOption = Annotated[
    int | None, typer.Option(min=0, max=150, help="Age in years; without it nothing with an age gate.")
]
HEADS = {
    "item_id": Text("Product", "商品"),
    "name": Text("Name", "名称"),
    "page": Text("Page", "页面"),
    "rank": Text("Rank", "名次"),
    "score": Text("Score", "得分"),
    "reason": Text("Reason", "理由"),
    "rung": Text("Rung", "兜底层级"),
    "rule": Text("Rule", "规则"),
    "stickiness": Text("Stickiness", "产品粘性"),
}
WORDS: dict[str, dict[str, Text]] = {
    "rung": {
        "item": Text("item", "所问商品"),
        "person": Text("person", "本人"),
        "neighbours": Text("neighbours", "相似会话"),
        "rules": Text("rules", "序列规则"),
        "graph": Text("graph", "路径图"),
        "all_channels": Text("all_channels", "不分渠道"),
        "attributes": Text("attributes", "相似属性"),
        "category": Text("category", "同品类"),
        "channel": Text("channel", "本渠道"),
        "everywhere": Text("everywhere", "全站"),
        "pinned": Text("pinned", "置顶"),
    },
    "rule": {
        "pin": Text("pin", "置顶"),
        "stickiness": Text("stickiness", "产品粘性"),
        "cap": Text("cap", "品类上限"),
        "boost": Text("boost", "加权"),
        "rotation": Text("rotation", "轮换"),
        "diversity": Text("diversity", "多样性"),
    },
}
FALLBACKS = {**WORDS["rung"], "popular": Text("popular", "热门榜")}
CountOption = Annotated[int, typer.Option("--n", min=1, max=100, help="How many to name.")]


@recommend.command("also-viewed")
def also_viewed(
    item: Annotated[str, typer.Argument(help="The product on the page.")],
    n: CountOption = 10,
    channel: ChannelOption = None,
    age: AgeOption = None,
    lake: LakeOption = LAKE,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Name what else was viewed in the sessions that viewed a product (…也浏览了)."""
    answers, language = _open_answers(lake), _choose_language(lang)
    answer = answers.also_viewed(item, n=n, now_ms=_now_ms(), channel=_name(channel), age=age, lang=language)
    _print_answer(answer, answers.snapshot.catalogue, language, json)


@recommend.command("also-bought")
def also_bought(
    items: Annotated[list[str], typer.Argument(metavar="ITEM...", help="The product, or all that is in the cart.")],
    n: CountOption = 10,
    channel: ChannelOption = None,
    age: AgeOption = None,
    lake: LakeOption = LAKE,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Name what else was bought in the orders with a product (同样购买了这个)."""
    answers, language = _open_answers(lake), _choose_language(lang)
    answer = answers.also_bought(items, n=n, now_ms=_now_ms(), channel=_name(channel), age=age, lang=language)
    _print_answer(answer, answers.snapshot.catalogue, language, json)


@recommend.command("bought-after-viewing")
def bought_after_viewing(
    item: Annotated[str, typer.Argument(help="The product on the page.")],
    n: CountOption = 10,
    channel: ChannelOption = None,
    lake: LakeOption = LAKE,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Name what was bought in the next orders of those who looked at a product (看了又买)."""
    answers, language = _open_answers(lake), _choose_language(lang)
    answer = answers.bought_after_viewing(item, n=n, now_ms=_now_ms(), channel=_name(channel), lang=language)
    _print_answer(answer, answers.snapshot.catalogue, language, json)


@recommend.command("trending")
def trending(
    category: Annotated[str | None, typer.Option(help="A category, as the catalogue names it.")] = None,
    n: CountOption = 10,
    channel: ChannelOption = None,
    lake: LakeOption = LAKE,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Name what more people care for these days than usually do (近期上升)."""
    answers, language = _open_answers(lake), _choose_language(lang)
    answer = answers.trending(category, n=n, now_ms=_now_ms(), channel=_name(channel), lang=language)
    _print_answer(answer, answers.snapshot.catalogue, language, json)


@recommend.command("next-click")
def next_click(
    pages: Annotated[list[str], typer.Argument(metavar="PAGE...", help="The visit's pages, the current one last.")],
    n: CountOption = 10,
    channel: ChannelOption = None,
    lake: LakeOption = LAKE,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Name the pages that people click next (下一次点击)."""
    language = _choose_language(lang)
    answer = _open_answers(lake).next_click(pages, n=n, channel=_name(channel), lang=language)
    _print_answer(answer, None, language, json)


@recommend.command("next-item")
def next_item(
    items: Annotated[list[str], typer.Argument(metavar="ITEM...", help="The visit's items, the current one last.")],
    n: CountOption = 10,
    channel: ChannelOption = None,
    age: AgeOption = None,
    lake: LakeOption = LAKE,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Name the products that people look at next (下一个商品)."""
    answers, language = _open_answers(lake), _choose_language(lang)
    answer = answers.next_item(items, n=n, now_ms=_now_ms(), channel=_name(channel), age=age, lang=language)
    _print_answer(answer, answers.snapshot.catalogue, language, json)


@recommend.command("for-you")
def for_you(
    visitor: Annotated[str, typer.Argument(help="Device, cookie, phone number or login, as the logs have it.")],
    n: CountOption = 10,
    channel: ChannelOption = None,
    age: AgeOption = None,
    lake: LakeOption = LAKE,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Name what suits a visitor; for one who is not known, what is popular."""
    pseudonym = open_pseudonym(lake)
    persons = [pseudonym("visitor", visitor), pseudonym("customer", visitor), visitor]
    answers, language = _open_answers(lake), _choose_language(lang)
    answer = answers.for_you(persons, n=n, now_ms=_now_ms(), channel=_name(channel), age=age, lang=language)
    _print_answer(answer, answers.snapshot.catalogue, language, json)


def _open_answers(lake: Path) -> Answers:
    """Load the lake's current snapshot; raises `Stop` where there is none, or where it is damaged."""
    folder = find_serving_folder(lake)
    try:
        version = read_current(folder)
        if version is None:
            raise Stop(Exit.NOTHING_TO_DO, "nothing is published yet", str(folder), "Run `echannel train` first.")
        return Answers(load_snapshot(folder / version))
    except SnapshotError as fault:
        raise Stop(Exit.BAD_INPUT, "the snapshot is damaged", str(folder), str(fault)) from None


def _choose_language(lang: Language | None) -> Language:
    """Take the language asked for, else the one in which the server would answer."""
    if lang is not None:
        return lang
    from api import ServeSettings

    file = find_settings(None)
    return convert_section(read_document(file), "serve", ServeSettings, str(file or "the environment")).language


def _print_answer(answer: Answer, catalogue: Catalogue | None, language: Language, json: bool) -> None:
    """Print an answer: products with their names in the catalogue, or pages where none is given."""
    weighed = any(item.stickiness is not None for item in answer.items)
    rows = [_list_cells(item, place, catalogue) for place, item in enumerate(answer.items, 1)]
    subject = ("item_id", "name") if catalogue else ("page",)
    names = (*subject, "rank", "score", "reason", "rung", "rule", *(["stickiness"] if weighed else []))
    if json:
        items = [dict(zip(names, row, strict=True)) for row in rows]
        print_document({"items": items, "fallback": answer.fallback, "model_version": answer.model_version})
        return
    origin = FALLBACKS[answer.fallback] if answer.fallback else Text("the model asked for", "所问模型")
    note = Text(f"from {origin.en}; snapshot {answer.model_version}", f"来自{origin.zh}；快照 {answer.model_version}")
    columns = [
        ReportColumn(name, HEADS[name], "count" if name == "rank" else "text", WORDS.get(name, {})) for name in names
    ]
    print_report(Report("answer", Text("Answer", "结果"), note, columns, rows), language=language)


def _list_cells(item: AnswerItem, place: int, catalogue: Catalogue | None) -> list[str | int | float | None]:
    name = [catalogue.name_item(item.id)] if catalogue else []
    score = round(item.score, 6)
    return [item.id, *name, place, score, item.reason, item.rung, item.rule, *_tell_stickiness(item)]


def _tell_stickiness(item: AnswerItem) -> list[float]:
    return [] if item.stickiness is None else [round(item.stickiness, 6)]


def _name(channel: Channel | None) -> str | None:
    return channel.value if channel else None


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
