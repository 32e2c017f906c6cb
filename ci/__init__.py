"""What the workflows of GitHub Actions call: each a module to run, with its decision as a function of values."""
