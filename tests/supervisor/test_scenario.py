from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.supervisor.scenario import EXAMPLES, ScenarioTopic, find, load, names
from dashboard.supervisor.table import ScenarioError

GOOD = """
title = "Parts line"
[headline]
topic = "parts.scanned"
unit = "parts"
[topics."parts.scanned"]
partitions = 3
[topics."parts.scanned".config]
"retention.ms" = 3600000
"cleanup.policy" = "delete"
"preallocate" = false
[topics."parts.graded"]
[services.scanner]
program = "scanner.py"
writes = ["parts.scanned"]
[services.quality]
program = "quality.py"
instances = 2
reads = ["parts.scanned"]
writes = ["parts.graded"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("scanner.py", "quality.py"):
        (tmp_path / name).touch()
    return tmp_path


def written(folder: Path, text: str) -> Path:
    file = folder / "scenario.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_scenario_is_read(folder: Path) -> None:
    scenario = load(written(folder, GOOD))
    assert scenario.title == "Parts line"
    assert scenario.headline is not None
    assert (scenario.headline.topic, scenario.headline.unit) == ("parts.scanned", "parts")
    assert scenario.topics["parts.scanned"] == ScenarioTopic(
        partitions=3,
        config={"retention.ms": "3600000", "cleanup.policy": "delete", "preallocate": "false"},
    )
    assert scenario.topics["parts.graded"] == ScenarioTopic(partitions=1, config={})
    assert list(scenario.services) == ["scanner", "quality"]
    quality = scenario.services["quality"]
    assert quality.program == folder.resolve() / "quality.py"
    assert quality.instances == ("quality-1", "quality-2")
    assert (quality.reads, quality.writes) == (("parts.scanned",), ("parts.graded",))


def test_a_group_has_the_name_of_its_service_unless_told_and_a_source_has_none(
    folder: Path,
) -> None:
    services = load(written(folder, GOOD)).services
    assert (services["quality"].group, services["scanner"].group) == ("quality", None)
    told = load(written(folder, GOOD + 'group = "graders"\n')).services
    assert told["quality"].group == "graders"


def test_a_scenario_may_go_without_headline(folder: Path) -> None:
    start, rest = GOOD.split("[headline]")
    _, rest = rest.split('unit = "parts"')
    assert load(written(folder, start + rest)).headline is None


@pytest.mark.parametrize(
    ("old", "new", "place", "what_to_do"),
    [
        ('title = "Parts line"', "", "title", "this key is missing"),
        ('title = "Parts line"', "title = 7", "title", "write a text in quotes, not 7"),
        ('title = "Parts line"', 'titel = "x"', "titel", 'Did you mean "title"?'),
        ('unit = "parts"', 'units = "parts"', "headline.units", 'Did you mean "unit"?'),
        ('topic = "parts.scanned"', 'topic = "x"', "headline.topic", '"x" is not declared'),
        ("partitions = 3", "partitions = 0", "topics.parts.scanned.partitions", "from 1 to 100"),
        ("partitions = 3", "partitions = true", "topics.parts.scanned.partitions", "not True"),
        ('"preallocate" = false', "x = []", "topics.parts.scanned.config.x", "write a text"),
        ("instances = 2", "instances = 7", "services.quality.instances", "from 1 to 6"),
        ("instances = 2", "instance = 2", "services.quality.instance", '"instances"?'),
        ('"quality.py"', '"qualty.py"', "services.quality.program", '"quality.py"?'),
        ('"quality.py"', '"../x.py"', "services.quality.program", "keep it beside"),
        ('reads = ["parts.scanned"]', 'reads = "x"', "services.quality.reads", "write a list"),
        (
            'reads = ["parts.scanned"]',
            'reads = ["parts.scaned"]',
            "services.quality.reads",
            'Did you mean "parts.scanned"? Add [topics."parts.scaned"] or correct',
        ),
        (
            'reads = ["parts.scanned"]',
            'reads = ["parts.scanned", "parts.scanned"]',
            "services.quality.reads",
            "twice",
        ),
        ('writes = ["parts.scanned"]', 'group = "g"', "services.scanner.group", "take it out"),
        ("[services.scanner]", '[services."a b"]', "services.a b", "begins with a letter"),
        ('[topics."parts.graded"]', '[topics."a b"]', "topics.a b", "letters, digits"),
        ('[topics."parts.graded"]', '[topics."flowviz.x"]', "topics.flowviz.x", "kept for"),
        ('[topics."parts.graded"]', '[topic."x"]', "topic", 'Did you mean "topics"?'),
    ],
)
def test_what_is_wrong_is_named_with_what_to_do(
    folder: Path, old: str, new: str, place: str, what_to_do: str
) -> None:
    assert old in GOOD
    file = written(folder, GOOD.replace(old, new, 1))
    with pytest.raises(ScenarioError) as refusal:
        load(file)
    sentence = str(refusal.value)
    assert sentence.startswith(f"{file.resolve()}: {place}: ")
    assert what_to_do in sentence


def test_a_scenario_without_services_is_refused(folder: Path) -> None:
    with pytest.raises(ScenarioError, match="services: declare at least one"):
        load(written(folder, 'title = "x"'))


def test_a_file_that_is_no_toml_is_named_with_the_line(folder: Path) -> None:
    with pytest.raises(ScenarioError, match=r"scenario\.toml is not valid TOML: .*line 2"):
        load(written(folder, 'title = "x"\nservices = ]\n'))


def test_a_file_in_another_encoding_is_refused(folder: Path) -> None:
    file = folder / "scenario.toml"
    file.write_bytes('title = "Größe"'.encode("latin-1"))
    with pytest.raises(ScenarioError, match="not UTF-8"):
        load(file)


def test_a_file_that_is_not_there_is_refused(folder: Path) -> None:
    with pytest.raises(ScenarioError, match=r"scenario\.toml cannot be read: No such file"):
        load(folder / "scenario.toml")


def test_scenarios_are_found_by_name(folder: Path) -> None:
    (folder / "shop").mkdir()
    (folder / "shop" / "scenario.toml").touch()
    (folder / "no_scenario").mkdir()
    assert names(folder) == ("shop",)
    assert find("shop", folder) == folder / "shop" / "scenario.toml"
    with pytest.raises(ScenarioError, match=r'no scenario "shob"\. Did you mean "shop"\?'):
        find("shob", folder)


@pytest.mark.parametrize("name", names())
def test_every_example_is_a_good_scenario(name: str) -> None:
    assert load(EXAMPLES / name / "scenario.toml").services


TWIN = """
[services.quality-direct]
program = "quality.py"
twin_of = "quality"
calls = ["scanner"]
"""


def test_a_service_starts_with_the_demonstration_or_on_request(folder: Path) -> None:
    services = load(written(folder, GOOD + 'starts = "on request"')).services
    assert (services["scanner"].on_request, services["quality"].on_request) == (False, True)
    services = load(written(folder, GOOD + 'starts = "with the demonstration"')).services
    assert services["quality"].on_request is False


def test_a_twin_starts_on_request_and_says_whom_it_calls(folder: Path) -> None:
    twin = load(written(folder, GOOD + TWIN)).services["quality-direct"]
    assert (twin.twin_of, twin.calls, twin.on_request) == ("quality", ("scanner",), True)
    scenario = load(written(folder, GOOD + TWIN))
    assert scenario.start_at_once == ("scanner", "quality")
    assert scenario.twin == ("quality-direct",)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('starts = "later"', 'services.quality.starts: write "with the demonstration" or'),
        (TWIN + 'starts = "with the demonstration"', "a twin starts on request"),
        (TWIN.replace('"quality"', '"qualty"'), 'no service "qualty". Did you mean "quality"'),
        (TWIN.replace('"quality"', '"quality-direct"'), '"quality-direct" is a twin itself'),
        (TWIN.replace("scanner", "scaner"), 'calls: there is no service "scaner"'),
        (TWIN.replace("scanner", "quality-direct"), "a service does not call itself"),
        (TWIN + TWIN.replace("direct]", "other]"), '"quality" has a twin already'),
    ],
)
def test_what_is_wrong_with_a_twin_is_said(folder: Path, more: str, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(written(folder, GOOD + more))
    assert said in str(caught.value)
