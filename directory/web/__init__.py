"""Delivery over HTTP: requests in, problems and documents out. No rule of the domain lives here."""
