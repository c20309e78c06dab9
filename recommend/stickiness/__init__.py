"""Stickiness tells how people stay with a product: how often they come back, how long, and whether they buy again."""
