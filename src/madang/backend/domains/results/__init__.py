"""Large results of calls: looked at in slices, fetched whole."""
