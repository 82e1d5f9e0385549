"""Words every room shares: errors, identifiers, clock, JSON values, pages, Actor. Standard library only."""
