"""What was changed, for programs: commits, differences between versions, and what replicas follow."""
