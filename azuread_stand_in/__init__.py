"""An offline stand-in for the Pulumi plugin `azuread`: README.md describes what it imitates and how it waits."""
