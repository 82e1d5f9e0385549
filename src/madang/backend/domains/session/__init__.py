"""Who is signed in, and the browsers in which they are."""
