"""People: what one person did, and what suits them."""
