"""The nouns of the API. Each has the same files: endpoints, service, views; its repository is in the room of its table.

A domain may use another domain's service, never its repository.
"""
