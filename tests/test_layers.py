"""Dependencies point downwards only (docs/design.md, Layout): who may import whom, read from the sources.

Imports inside functions count too: they delay a dependency, they do not remove it.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "steer_eval"

# Part -> the parts that it may import. A part is a file or directory of steer_eval. New parts must be placed here.
GROUND = {"errors", "paths", "exits", "dialogue"}  # import no part but one another, and are open to all
ALLOWED = {
    "steering": set(),
    "scoring": set(),
    "readers": {"steering"},
    "writers": {"steering", "readers"},
    "fitting": {"steering", "readers"},
    "inspection": {"steering", "readers"},
    "bundled": {"steering", "readers", "fitting"},
    "harness": {"steering", "readers", "scoring"},
    "cli": {"harness", "steering", "readers", "writers", "scoring", "fitting", "inspection", "bundled"},
    "__init__": {"readers", "steering"},  # the public names
    "__main__": {"cli"},
}
# Library -> the only parts that may import it.
ONLY_IN = {"lm_eval": {"harness"}}
# Part -> libraries that it must do without, so that it runs where they are not installed.
WITHOUT = {
    "scoring": {"torch", "transformers"},
    "steering": {"transformers"},
}


def imports() -> Iterator[tuple[str, str, str]]:
    """Yield (file, its part, the dotted name it imports) for every import statement of the package."""
    for file in sorted(PACKAGE.rglob("*.py")):
        inside = file.relative_to(PACKAGE)
        part = inside.parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{inside}: relative import; the package writes full names"
                # `from steer_eval import steering` names a part too.
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            else:
                continue
            yield from ((str(inside), part, name) for name in names)


def part_of(name: str) -> str | None:
    """The part of steer_eval that a dotted name lies in; None for a library and for names of the package itself."""
    package, *rest = name.split(".")
    if package != "steer_eval" or not rest:
        return None
    return rest[0] if (PACKAGE / rest[0]).is_dir() or (PACKAGE / f"{rest[0]}.py").is_file() else None


def test_every_part_has_its_place_in_the_layers():
    parts = {file.relative_to(PACKAGE).parts[0].removesuffix(".py") for file in PACKAGE.rglob("*.py")}
    assert parts <= GROUND | set(ALLOWED)


def test_dependencies_point_downwards():
    wrong = [
        f"{file} imports {name}"
        for file, part, name in imports()
        if (target := part_of(name)) and target not in {part} | GROUND | ALLOWED.get(part, set())
    ]
    assert not wrong, "\n".join(wrong)


def test_the_layers_hold_no_circle():
    order: list[str] = []
    while len(order) < len(ALLOWED):
        free = [part for part, below in ALLOWED.items() if part not in order and below <= set(order)]
        assert free, f"a circle among {set(ALLOWED) - set(order)}"
        order += free


def test_libraries_stay_where_they_belong():
    wrong = [
        f"{file} imports {name}"
        for file, part, name in imports()
        if part not in ONLY_IN.get(library := name.split(".")[0], {part}) or library in WITHOUT.get(part, set())
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("module", ["steer_eval", "steer_eval.cli.run", "steer_eval.harness.register"])
def test_importing_loads_neither_torch_nor_lm_eval(module: str):
    script = (
        f"import sys, {module}; print(sorted(sys.modules.keys() & {{'torch', 'lm_eval', 'transformers', 'numpy'}}))"
    )
    printed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"
