"""What the scripts are made of: a broker, a dashboard, watchers, a flood, and how figures look."""
