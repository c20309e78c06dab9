"""Training makes models from the lake's tables, judges them on later days, and publishes those that do not lose."""
