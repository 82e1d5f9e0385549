"""Values from schemas: valid by construction, or wrong at a known place; the same for the same seed."""
