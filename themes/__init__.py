"""Themes: templates and styles; each folder is one."""
