"""Where things are kept: database, migrations, objects, encrypted values, audit trail, long jobs."""
