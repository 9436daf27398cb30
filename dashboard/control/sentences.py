"""What the person who pressed a button is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from dashboard.control import arguments


def sentence(service: str, action: str, args: Mapping[str, object]) -> str:
    """Of an action that was taken; its arguments have been checked."""
    match action:
        case "start":
            return f"Starting {service}."
        case "stop":
            return f"Stopping {service}."
        case "crash":
            down = f"{arguments.down_seconds(args):g} s"
            return f"Killed {_who(service, args)}; it starts again by itself in {down}."
        case "freeze":
            return f"Froze {_who(service, args)}: alive, but it hears and says nothing."
        case "thaw":
            return f"Thawed {_who(service, args)}; it goes on with what it had in hand."
        case "scale":
            count = arguments.instances(args)
            return f"Scaling {service} to {count} instance{'' if count == 1 else 's'}."
        case "slow":
            ms = arguments.ms_per_event(args)
            pace = f"take at least {ms:g} ms for each event" if ms else "work at full speed"
            return f"Asked {service} to {pace}."
        case "rate":
            return (
                f"Asked {service} for {arguments.per_second(args):g} events a second{_span(args)}."
            )
        case "flood":
            span = f"{arguments.flood_seconds(args):g} s"
            return f"Asked {service} for all that this machine can give, for {span}."
        case "rewind":
            return f"Asked {service} to read again from {_place(arguments.to(args))}."
        case "options":
            told = ", ".join(_option(name, value) for name, value in args.items())
            return f"Asked {service} for {told}."
    return f"Asked {service} to {action}{_span(args)}."


def together(service: str, action: str, args: Mapping[str, object]) -> str:
    """The sentence of an action that went to others as well, by control.doubles; it stands in the
    header, so it is short."""
    if action == "options":
        return sentence("the line of direct calls", action, args)
    said = sentence(service, action, args)
    return f"In both lines: {said[0].lower()}{said[1:]}"


def counted(services: int) -> str:
    return "1 service" if services == 1 else f"{services} services"


def _option(name: str, value: object) -> str:
    said = {True: "on", False: "off"}[value] if isinstance(value, bool) else json.dumps(value)
    return f"{name.replace('_', ' ')} {said}"


def _who(service: str, args: Mapping[str, object]) -> str:
    return arguments.instance(args) or service


def _span(args: Mapping[str, object]) -> str:
    seconds = arguments.seconds(args)
    return "" if seconds is None else f" for {seconds:g} s"


def _place(to: arguments.To) -> str:
    if to == "earliest":
        return "the start"
    if isinstance(to, int):
        return datetime.fromtimestamp(to / 1000).astimezone().strftime("%H:%M:%S")
    return ", ".join(
        f"{topic} [{partition}] @ {offset}"
        for topic, partitions in to.items()
        for partition, offset in partitions.items()
    )
