"""Dates, times and durations, however they are written."""
