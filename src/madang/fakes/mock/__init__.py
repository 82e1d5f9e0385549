"""Any document as a server that answers: `madang serve mock DOCUMENT`."""
