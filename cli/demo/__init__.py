"""The demonstration: generated measurements, a real upload, a page to look at."""
