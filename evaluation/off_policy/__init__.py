"""Off-policy: what a new policy would have earned, told from the log of the one in place, and how surely."""
