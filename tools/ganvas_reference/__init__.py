"""A second, independent implementation of Ganvas' mathematics, in JAX.

It exists to be compared with: `tools/golden.py` writes its numbers to
`crates/ganvas-core/tests/golden/`. Layouts and semantics are PyTorch's.
"""
