"""Bundles: what to sell together, at which price, what that would earn, and how a test would prove it."""
