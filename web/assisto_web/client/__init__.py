"""Clients' accounts on the web."""
