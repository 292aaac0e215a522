"""Runs the migrations of activity's tables."""

from __future__ import annotations

from cytotheca.core.plugins.migration_env import run_migrations

run_migrations()
