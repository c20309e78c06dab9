"""Plans: what to sell together and what stands where, worked out of the lake's tables for those who plan promotions."""
