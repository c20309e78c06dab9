"""Funnels that are defined through the API, beside those of the settings file."""
