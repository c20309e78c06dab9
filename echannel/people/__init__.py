"""People: the keys their pseudonyms are made with, the devices they use, and how they are forgotten."""
