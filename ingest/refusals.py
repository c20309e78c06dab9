"""Refusals: what ingest says when it will not read on."""


class BadInput(ValueError):
    """An input that cannot be read at all: nothing of it was taken.

    The three parts are kept apart, so that the shell and the API can show them their own way.
    """

    def __init__(self, what: str, where: str, fix: str) -> None:
        self.what, self.where, self.fix = what, where, fix
        super().__init__(f"{where}: {what}. {fix}")
