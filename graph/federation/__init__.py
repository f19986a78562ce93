"""SERVICE, to the hosts that an operator allows."""
