"""Learning: schemas of answers from calls, proposed as an overlay that a person accepts."""
