"""A module beside a program, which it imports as it would if it were run by hand."""

WHAT = "found"
