"""The servers that are compared, what each is asked, whether they say the same, and the report."""
