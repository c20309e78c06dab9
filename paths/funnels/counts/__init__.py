"""What is counted from the levels: steps, times, days, groups, those who were lost, and what sets the others apart."""
