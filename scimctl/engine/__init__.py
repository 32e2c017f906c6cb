"""The Pulumi engine: how it is run and asked, and what its backend keeps."""
