"""What both ends of a sync agree on: cursors, scopes and claims, without a database."""
