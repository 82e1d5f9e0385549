"""What was used: a record of every mediated call, and the usage that accounts are charged by."""
