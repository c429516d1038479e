"""Computes audited cells again in PyTorch, independently of SAMBench's engine."""
