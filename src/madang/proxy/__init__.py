"""The proxy: every call with a credential goes through here. It alone can read credentials."""
