"""The groups and users of the section access, and whom they bring."""
