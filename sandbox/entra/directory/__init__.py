"""The directory part of Graph: users, groups, applications and assignments."""
