"""Everything that changes the state of stories and reports, one subject a file."""
