"""Funnels: how far each entrant came through a row of steps, and every number that follows from it."""
