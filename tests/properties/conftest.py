"""How Hypothesis draws: by count alone, for a busy machine makes no example wrong."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "by-count", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("by-count")
