"""What follows from a contact's data alone: pure functions, no session, no clock."""
