"""Roles: what the path graph says of a page: hub, dead end, detour, community, keystone."""
