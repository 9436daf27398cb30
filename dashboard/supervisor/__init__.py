# Kept empty: every process of a demonstration imports this package when it starts.
