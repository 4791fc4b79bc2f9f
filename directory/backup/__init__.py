"""Backup and restore: the whole directory in one file that does not depend on the database."""
