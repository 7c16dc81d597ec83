"""docs/formats.md says what the readers and the golden cases say."""

from steer_eval.readers import readers
from tests.golden.page import PAGE, renewed
from tests.golden.test_golden import CASES


def test_the_page_has_not_drifted() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert renewed(page) == page, "run python -m tests.golden.page"


def test_the_page_names_every_reader_rule_and_tool() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name, reader in readers().items():
        assert f"- `{name}`: {reader.RULE}" in page
    for tool in {case["id"].partition("/")[0] for case in CASES}:
        count = sum(case["id"].startswith(f"{tool}/") for case in CASES)
        (row,) = [line for line in page.splitlines() if line.startswith(f"| {tool} |")]
        assert f"| {count} of {count}" in row
