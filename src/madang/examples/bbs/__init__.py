"""The bulletin board: an example API with articles and comments, and the first connector of a new installation.

It owns the PostgreSQL schema `bbs` and the migration branch `bbs`. It has no accounts: who knows the password of an
article or a comment may change it. Delivered by `madang.examples.bbs.app.create_app`.
"""
