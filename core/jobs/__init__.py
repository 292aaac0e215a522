"""Queues, outbox relay and worker."""
