"""Rows as integers: names become numbers, and rows are sorted by one packed key."""
