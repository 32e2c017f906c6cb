"""The engine killed at every exchange of every operation; `recover` and one more run make everything correct."""
