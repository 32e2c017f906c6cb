"""Many stacks: the file that names them, the environment of each, and a look at them without the engine."""
