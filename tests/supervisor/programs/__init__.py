"""Programs that behave and misbehave as services do. Each prints "ready" when it is under way."""
