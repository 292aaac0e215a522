"""Declared settings: name, type, default, text; read once at start-up."""
