"""The whole program under the real engine, against the sandbox."""
