"""The path graph: which page leads to which, and what that says of each page."""
