"""A demonstration as a document: `examples/<scenario>/scenario.toml`, read and checked.

title = "Parts line"
[headline]                      # the number at the top of the page; may be left out
topic = "parts.scanned"
unit = "parts"
[topics."parts.scanned"]
partitions = 3                  # 1 unless told
[topics."parts.scanned".config] # Kafka's own topic settings
"retention.ms" = 3600000
[services.quality]
program = "quality.py"          # beside scenario.toml
instances = 1                   # processes of it: quality-1, quality-2, ...
reads = ["parts.scanned"]
writes = ["parts.graded"]
group = "quality"               # its consumer group; its own name unless told
starts = "on request"           # or "with the demonstration", which is what it does unless told
[services.quality-direct]
program = "direct/quality.py"
twin_of = "quality"             # its double in a line of direct calls; it starts on request
calls = ["inventory-direct"]    # the services it calls
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from dashboard.supervisor.table import ScenarioError, Table, listed, meant

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
FILE_NAME = "scenario.toml"

MOST_INSTANCES = 6
MOST_PARTITIONS = 100
MOST_SERVICES = 50
WITH_ALL, ON_REQUEST = STARTS = ("with the demonstration", "on request")
OWN_TOPICS = "flowviz."
"""Topics with this beginning are Flowviz's own; a scenario declares none of them."""

# Kafka's own rule for topics (Topic.java: legal characters, 249 at most). Services keep to it
# too, with a letter first: their names become group ids, client ids and names of log files.
_TOPIC = re.compile(r"[A-Za-z0-9._-]{1,249}")
_SERVICE = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class Headline:
    topic: str
    unit: str
    """What one event of that topic is, in the plural: "parts"."""


@dataclass(frozen=True, slots=True)
class ScenarioTopic:
    partitions: int
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ScenarioService:
    name: str
    program: Path
    """Absolute; it exists."""
    instances: tuple[str, ...]
    """Their names, stable over restarts: "quality-1", "quality-2"."""
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    group: str | None
    """None where it reads nothing."""
    on_request: bool = False
    """It is declared, and its processes start only when a person asks."""
    twin_of: str | None = None
    """The service whose double it is in the line of direct calls."""
    calls: tuple[str, ...] = ()
    """The services that it calls directly."""


@dataclass(frozen=True, slots=True)
class Scenario:
    title: str
    folder: Path
    headline: Headline | None
    topics: Mapping[str, ScenarioTopic]
    services: Mapping[str, ScenarioService]
    """In the order of the file, which is the order in which they start."""

    @property
    def start_at_once(self) -> tuple[str, ...]:
        """The services that wait for nobody's request."""
        return tuple(one.name for one in self.services.values() if not one.on_request)

    @property
    def twin(self) -> tuple[str, ...]:
        """The services of the line of direct calls, from its source on."""
        return tuple(one.name for one in self.services.values() if one.twin_of is not None)


def names(examples: Path = EXAMPLES) -> tuple[str, ...]:
    """The scenarios that are there: the folders of `examples` with a scenario.toml."""
    return tuple(sorted(file.parent.name for file in examples.glob(f"*/{FILE_NAME}")))


def find(name: str, examples: Path = EXAMPLES) -> Path:
    """The file of the scenario called `name`. ScenarioError where there is none."""
    known = names(examples)
    if name not in known:
        raise ScenarioError(
            f'There is no scenario "{name}".{meant(name, known)} There are: {listed(known)}.'
        )
    return examples / name / FILE_NAME


def instance_names(service: str, count: int) -> tuple[str, ...]:
    return tuple(f"{service}-{number}" for number in range(1, count + 1))


def load(path: Path) -> Scenario:
    """Reads one scenario.toml. ScenarioError says in a sentence what is wrong with it."""
    file = path.resolve()
    root = Table(file, "", _parse(file))
    root.only("title", "headline", "topics", "services")
    topics = {name: _topic(name, table) for name, table in root.table("topics").tables().items()}
    tables = root.table("services").tables()
    if not tables:
        root.refuse("services", "declare at least one, such as [services.quality].")
    if len(tables) > MOST_SERVICES:
        root.refuse("services", f"there are {len(tables)}; at most {MOST_SERVICES} can be run.")
    services = {name: _service(name, table, topics) for name, table in tables.items()}
    for name, table in tables.items():
        _check_twin(services[name], table, services)
        _check_calls(services[name], table, services)
    return Scenario(
        title=root.text("title"),
        folder=file.parent,
        headline=_headline(root, topics),
        topics=MappingProxyType(topics),
        services=MappingProxyType(services),
    )


def _parse(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ScenarioError(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ScenarioError(f"{file} is not UTF-8 text; save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"{file} is not valid TOML: {error}.") from None


def _topic(name: str, table: Table) -> ScenarioTopic:
    table.only("partitions", "config")
    if not _TOPIC.fullmatch(name) or name in {".", ".."}:
        table.refuse("", "a topic's name has letters, digits, dots, _ and -, 249 at most.")
    if name.startswith(OWN_TOPICS):
        table.refuse("", f'names that begin with "{OWN_TOPICS}" are kept for Flowviz itself.')
    return ScenarioTopic(
        partitions=table.whole_number("partitions", default=1, least=1, most=MOST_PARTITIONS),
        config=MappingProxyType(table.table("config").scalars()),
    )


def _service(name: str, table: Table, topics: Mapping[str, ScenarioTopic]) -> ScenarioService:
    table.only(
        *("program", "instances", "reads", "writes", "group", "starts", "twin_of", "calls"),
    )
    if not _SERVICE.fullmatch(name):
        table.refuse("", "a service's name begins with a letter and has letters, digits, . _ -.")
    reads = _declared(table, "reads", topics)
    group = table.optional_text("group")
    if group and not reads:
        table.refuse("group", "this service reads no topic, so it has no group; take it out.")
    count = table.whole_number("instances", default=1, least=1, most=MOST_INSTANCES)
    twin_of = table.optional_text("twin_of")
    return ScenarioService(
        name=name,
        program=_program(table),
        instances=instance_names(name, count),
        reads=reads,
        writes=_declared(table, "writes", topics),
        group=(group or name) if reads else None,
        on_request=_starts(table, twin_of) == ON_REQUEST,
        twin_of=twin_of,
        calls=table.texts("calls"),
    )


def _starts(table: Table, twin_of: str | None) -> str:
    told = table.optional_text("starts")
    if told is not None and told not in STARTS:
        table.refuse("starts", f'write "{WITH_ALL}" or "{ON_REQUEST}", not "{told}".')
    if twin_of is not None and told == WITH_ALL:
        table.refuse("starts", f'a twin starts on request; take this out, or write "{ON_REQUEST}".')
    return told or (WITH_ALL if twin_of is None else ON_REQUEST)


def _check_twin(
    service: ScenarioService, table: Table, services: Mapping[str, ScenarioService]
) -> None:
    name = service.twin_of
    if name is None:
        return
    if name not in services:
        table.refuse("twin_of", f'there is no service "{name}".{meant(name, services)}')
    if services[name].twin_of is not None:
        table.refuse(
            "twin_of", f'"{name}" is a twin itself; name the service that talks over Kafka.'
        )
    others = [one for one in services.values() if one is not service and one.twin_of == name]
    if others:
        table.refuse("twin_of", f'"{name}" has a twin already, {others[0].name}; leave one.')


def _check_calls(
    service: ScenarioService, table: Table, services: Mapping[str, ScenarioService]
) -> None:
    for name in service.calls:
        if name not in services:
            table.refuse("calls", f'there is no service "{name}".{meant(name, services)}')
        if name == service.name:
            table.refuse("calls", "a service does not call itself; take it out.")


def _program(table: Table) -> Path:
    name = table.text("program")
    folder = table.file.parent
    program = (folder / name).resolve()
    if not program.is_relative_to(folder):
        table.refuse("program", f"{name} is outside of {folder}; keep it beside {FILE_NAME}.")
    if not program.is_file():
        near = meant(name, (each.name for each in folder.glob("*.py")))
        table.refuse("program", f"there is no file {name} in {folder}.{near}")
    return program


def _declared(table: Table, key: str, topics: Mapping[str, ScenarioTopic]) -> tuple[str, ...]:
    found = table.texts(key)
    for topic in found:
        if topic not in topics:
            table.refuse(
                key,
                f'the topic "{topic}" is not declared.{meant(topic, topics)} '
                f'Add [topics."{topic}"] or correct the name.',
            )
    return found


def _headline(root: Table, topics: Mapping[str, ScenarioTopic]) -> Headline | None:
    if "headline" not in root:
        return None
    table = root.table("headline")
    table.only("topic", "unit")
    topic = table.text("topic")
    if topic not in topics:
        table.refuse("topic", f'the topic "{topic}" is not declared.{meant(topic, topics)}')
    return Headline(topic=topic, unit=table.optional_text("unit") or "events")
