"""What black-box tests are made of: sites, callers, uploads."""
