"""Parameters: what questions may say, each with its range and its meaning."""

from typing import Annotated, Literal

from msgspec import Meta

MAX_ITEMS = 100

Id = Annotated[str, Meta(min_length=1, max_length=200, description="An id of 1 to 200 characters.")]
Count = Annotated[
    int, Meta(ge=1, le=MAX_ITEMS, description=f"How many to recommend: a whole number from 1 to {MAX_ITEMS}.")
]
Channel = Annotated[
    Literal["web", "wap", "app"], Meta(description="Where it will be shown: web, wap or app; without it, anywhere.")
]
Lang = Annotated[Literal["en", "zh"], Meta(description="Language of the reasons: en or zh.")]
Excluded = Annotated[
    list[Id], Meta(max_length=50, description="Ids to leave out: at most 50; in a query repeat it for several.")
]
Cursor = Annotated[
    str,
    Meta(
        pattern=r"^[0-9a-z]{1,64}\.[0-9]{1,15}\.[0-9]{1,4}\.[0-9a-f]{8}$",
        description="`next` of the answer before: goes on where that one ended. Good for an hour, and for the same "
        "question, of which only n and lang may change; what was shown needs no exclude.",
    ),
]
Age = Annotated[
    int,
    Meta(
        ge=0,
        le=150,
        description="Age in years, a whole number from 0 to 150; without it nothing that has an age gate is shown.",
    ),
]
Recent = Annotated[
    list[Id],
    Meta(
        max_length=50,
        description="Items just looked at: at most 50, of more give the 50 latest; in a query repeat it for several.",
    ),
]
Personalization = Annotated[
    Literal["on", "off"], Meta(description="on, or off for an answer that no personal data touches.")
]
NewOnly = Annotated[bool, Meta(description="Whether to leave out what was looked at before: true or false.")]
Stay = Annotated[bool, Meta(description="Whether what they are on may be in the answer: true or false.")]
Seen = Annotated[bool, Meta(description="Whether what the visit was on before may be in the answer: true or false.")]
Category = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=256,
        description="A category, as the catalogue names it in 1 to 256 characters; left out, all of them.",
    ),
]
Key = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=64,
        description="What decides which neighbours change places: the same key, the same page. A number from 0 to 999, "
        "say, drawn for each visit; no visitor id.",
    ),
]
Step = Annotated[int, Meta(ge=1, le=40, description="A step, from 1: a whole number from 1 to 40.")]
Limit = Annotated[int, Meta(ge=1, le=100_000, description="How many to list: a whole number from 1 to 100,000.")]
Offset = Annotated[
    int, Meta(ge=0, le=1_000_000_000, description="How many to leave out first: a whole number from 0 to 10⁹.")
]
