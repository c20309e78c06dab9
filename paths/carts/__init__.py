"""Carts: each customer's ways towards an order over all channels, and where they were given up."""
