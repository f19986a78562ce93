"""The example of docs/importing.md does what the page says, under the shapes, beside the seeds."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from onrecord.graph.importers import discovery, runner
from onrecord.graph.importers.runner import Outcome
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings
from onrecord.graph.validation.report import Rejected

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "importing.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    found = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert len(found) == 1
    return str(found[0])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "importers").mkdir()
    (tmp_path / "importers" / "incidents.py").write_text(block("python"), encoding="utf-8")
    (tmp_path / "incidents.csv").write_text(block("csv"), encoding="utf-8")
    newer = [line for line in block("csv").splitlines(keepends=True) if "UKR-1043" not in line]
    newer[1] = newer[1].replace("3,3,3", "2,2,2")
    (tmp_path / "incidents-new.csv").write_text("".join(newer), encoding="utf-8")
    return tmp_path


@pytest.mark.slow
def test_the_example_is_imported_and_a_newer_copy_yields_what_the_page_says(
    project: Path, copy_of_built: Callable[[], Path]
) -> None:
    importer = discovery.find("incidents", project)
    with Ledger.open(Settings(data=copy_of_built())) as ledger:

        def bring(name: str) -> Outcome:
            return runner.run(ledger, importer, [project / name], "https://w3id.org/onrecord/")

        first = bring("incidents.csv")
        assert first.added == ["UKR-1041", "UKR-1042", "UKR-1043"]
        assert [(refusal.line, refusal.reason) for refusal in first.refused] == [
            (5, "event_date is '05/03/2025', which is no date such as 2025-03-05")
        ]
        assert f"incidents.csv:5: {first.refused[0].reason}" in PAGE
        claims = ledger.rows(
            "SELECT ?least ?most { ?c rec:claimant <https://w3id.org/onrecord/actor/incident-watch> ; rec:atMost ?most ; rec:atLeast ?least } ORDER BY ?least"
        )
        assert [(row["least"].value, row["most"].value) for row in claims] == [("1", "4"), ("3", "3")]

        again = bring("incidents.csv")
        assert (again.changes, again.commit) == (False, None)

        newer = bring("incidents-new.csv")
        assert (newer.added, newer.corrected, newer.gone) == ([], ["UKR-1041"], ["UKR-1043"])
        assert newer.commit is not None
        assert newer.commit.message == "Import incidents: 0 rows added, 1 corrected, 1 gone"


@pytest.mark.slow
def test_a_copy_without_a_row_of_which_others_say_something_is_refused_with_why(
    project: Path, copy_of_built: Callable[[], Path]
) -> None:
    importer = discovery.find("incidents", project)
    without = [line for line in block("csv").splitlines(keepends=True) if "UKR-1041" not in line]
    (project / "without.csv").write_text("".join(without), encoding="utf-8")
    base = "https://w3id.org/onrecord/"
    with Ledger.open(Settings(data=copy_of_built())) as ledger:
        runner.run(ledger, importer, [project / "incidents.csv"], base)
        ledger.update(
            f"""INSERT DATA {{ GRAPH <{base}graph/assessments> {{ <{base}assessment/mine> a rec:Assessment ; rec:verdict rec:weak ;
                rec:assesses <{base}claim/incidents-ukr-1041-killed> ; rec:assessedBy <{base}actor/peskov> ;
                rec:assessedOn "2025-04-01"^^xsd:date ; rec:note "Doubtful."@en }} }}""",
            author="anna",
        )
        version = ledger.version
        with pytest.raises(Rejected) as refused:
            runner.run(ledger, importer, [project / "without.csv"], base)
        assert ledger.version == version
    assert f"{base}assessment/mine" in refused.value.message
    assert (
        "1 of these things are not the import's: others say something of what these files say no more"
        in refused.value.message
    )


def test_the_page_names_every_importer_of_the_package() -> None:
    missing = [name for name in discovery.all_importers() if f"**{name}**" not in PAGE]
    assert missing == []
