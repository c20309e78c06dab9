"""Docs holds the pages about the project, and makes those that the code can tell."""
