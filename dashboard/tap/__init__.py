"""Reads every topic and surveys groups and offsets; tells the picture what it saw, no more."""
