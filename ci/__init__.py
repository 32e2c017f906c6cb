"""What a pipeline decides, each a module to run: from files to files, in Markdown and exit codes. Knows no CI system.

The pipeline itself calls its system, by the system's own program (in GitHub Actions `gh`).
"""
