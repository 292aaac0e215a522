"""Versions and locks of datasets."""
