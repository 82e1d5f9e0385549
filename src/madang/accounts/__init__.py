"""Accounts, users and the ways to prove who one is: one-time sign-in tokens, sessions and API keys.

Secrets are made here, shown once, and kept as SHA-256 hashes; all of them carry 256 random bits, so a plain hash is
enough and a lookup by hash tells an attacker nothing through its timing.
"""
