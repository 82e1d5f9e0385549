"""What a user chose for the pages."""
