"""Storage: a snapshot as a folder of arrays, published whole and found again."""
