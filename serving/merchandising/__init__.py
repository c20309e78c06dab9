"""Merchandising arranges what the models propose: pins, boosts, caps, rotation and diversity."""
