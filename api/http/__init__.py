"""What every answer shares: negotiation, caching, limits, logs, errors."""
