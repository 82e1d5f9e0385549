"""What every request passes: trace, Host and Origin, size, identity, one transaction, problems, the document."""
