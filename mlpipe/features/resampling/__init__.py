"""Balancing and augmenting training rows."""
