"""A directory of the cybercrime points of contact of the APEC economies and their partners."""
