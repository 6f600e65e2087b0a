"""Fitted objects to bytes, and back without running what a stranger put in."""
