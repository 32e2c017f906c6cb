"""What each section shows: pure functions from what was read to what its template prints."""
