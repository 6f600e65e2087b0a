"""Bytes to cells: source, encoding, dialect, header, records, bad rows."""
