"""Where the cluster is, and every question put to it: one file a question."""
