"""Prints in what surroundings a service finds itself."""

import json
import os
import sys

import steady_neighbour  # type: ignore[import-not-found]  # as a program finds it

print(
    json.dumps(
        {
            "arguments": sys.argv,
            "name": __name__,
            "neighbour": steady_neighbour.WHAT,
            "kafka": os.environ["KAFKA_BOOTSTRAP_SERVERS"],
            "instance": os.environ["FLOWVIZ_INSTANCE"],
            "given": os.environ["GIVEN"],
            "password": os.environ.get("KAFKA_SASL_PASSWORD"),
            "lifeline": os.environ.get("FLOWVIZ_LIFELINE_FD"),
            "own_group": os.getpgrp() == os.getpid(),
            "modules": sorted(sys.modules),
        }
    )
)
