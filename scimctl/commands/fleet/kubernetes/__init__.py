"""What a platform team gets beside the Pulumi Kubernetes Operator: its resources, and a look at them (ADR 30)."""
