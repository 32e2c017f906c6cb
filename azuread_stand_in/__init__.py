"""An offline stand-in for the Pulumi plugin `azuread`: README.md says what it imitates and how it waits."""
