"""The figures: each script measures one promise, beside a baseline from the same run.

    python bench/latency.py --help

They print and judge nothing: whether a figure is good enough is for people, who know what else
the machine was doing. What they found is in docs/performance.md.
"""
