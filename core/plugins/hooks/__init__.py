"""The hook specifications, by what they are about."""
