"""What a pipeline shows to people: the preview, and a drift report."""
