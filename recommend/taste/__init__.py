"""Taste: what suits a person, learnt from what all people did."""
