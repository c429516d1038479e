"""Recomputes audited cells in PyTorch, independently of SAMBench's engine."""
