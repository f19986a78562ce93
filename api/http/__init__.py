"""What every answer shares: negotiation, caching, parameters, logs, errors."""
