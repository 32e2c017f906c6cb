"""SCIM proxy tokens: their API, their life, and the shapes in which they may be answered."""
