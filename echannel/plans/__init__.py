"""Plans: what to sell together, worked out of the lake's tables for those who plan promotions."""
