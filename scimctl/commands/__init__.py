"""The commands, a file or a folder each; `scimctl.every_command` lists them."""
