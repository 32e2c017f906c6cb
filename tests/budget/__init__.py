"""How large the project may be, and how far one rotation is spread: the numbers of budget.yaml, measured."""
