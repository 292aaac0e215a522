"""Moving in: copies a running CKAN or DCOR site over its API."""
