"""Related: items that are looked at or bought together, and how surely more often than by chance."""
