"""Next clicks: where customers go from where they are, for people to read and for front-ends to ask."""
