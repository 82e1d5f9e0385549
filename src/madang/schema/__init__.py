"""Documents of every kind become one `Function` form, and functions become what models, people and HTTP need."""
