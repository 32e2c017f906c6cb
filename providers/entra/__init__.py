"""Microsoft Entra ID: the synchronization job of the enterprise application, its attribute mappings and its status."""
