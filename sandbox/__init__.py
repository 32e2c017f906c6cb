"""HPE GreenLake and Microsoft Entra on loopback, for newcomers and for tests; reached by URL only."""

VERSION = "1"
