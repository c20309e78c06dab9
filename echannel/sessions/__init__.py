"""Sessions kept up to date with the lake's events."""
