"""Who did what, when: activity of datasets, circles, collections and people."""
