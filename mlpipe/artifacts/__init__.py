"""Folders that can be trusted: atomic writes, digests, manifests, guarded unpickling."""
