"""Layout: what each place of a page is worth, which product stands where, and how to go on learning it."""
