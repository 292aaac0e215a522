"""What the API and the pages share: who asks, uploads on the way, headers."""
