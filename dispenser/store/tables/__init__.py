"""SQLModel tables, one family a file; they never leave the store."""
