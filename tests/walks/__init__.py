"""Random walks over the real providers, the real sandbox and, for some of them, the real engine."""
