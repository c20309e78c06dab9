"""Presets: the session rules of well-known products. docs/sessions.md names the sources and what is not verified."""

from ingest.sessions.rules import SessionRules

PRESETS = {
    "ga4": SessionRules(),
    "matomo": SessionRules(
        exact_pause_cuts=True, midnight=True, campaign=True, login=True, passive=("user_engagement",)
    ),
    "posthog": SessionRules(longest_hours=24),
    "sensors": SessionRules(),
    "volcengine": SessionRules(midnight=True, campaign=True),
}
"""Google Analytics 4, Matomo, PostHog, 神策 (Sensors Analytics) and 火山引擎 DataFinder (Volcengine)."""
