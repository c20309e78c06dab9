"""The front door carries: commands, settings, the daily run, publishing and the demo."""

__all__: list[str] = []
