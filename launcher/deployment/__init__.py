"""The stack `sandbox` on the sandbox of this machine: what is started, set and checked around a run of the engine."""
