"""Handlers: what each route answers."""
