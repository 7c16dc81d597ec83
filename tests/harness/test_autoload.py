"""The start-up hook, run in fresh interpreters: what it adds to lm_eval, when it leaves, and what it must never break.

`python -S` reads no .pth file, so each test decides itself whether the line runs.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINE = (ROOT / "steer_eval_autoload.pth").read_text().splitlines()[1]


def run(script: str, *, path: list[Path] | None = None, **environment: str) -> str:
    """Run `script` after `start()`, which does what Python does with our .pth file; return what it printed."""
    paths = [str(ROOT), *sys.path] if path is None else [str(entry) for entry in path]
    prelude = f"import os, sys  # as site has by then\nsys.path[:] = {paths!r}\nLINE = {LINE!r}\ndef start():\n    exec(LINE)\n"
    result = subprocess.run(
        [sys.executable, "-S", "-c", prelude + script],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


@pytest.fixture
def harness(tmp_path: Path) -> Path:
    """A stand-in for lm_eval with just the three modules that the hook awaits; imports in milliseconds."""
    files = {
        "lm_eval/__init__.py": "",
        "lm_eval/api/__init__.py": "",
        "lm_eval/api/registry.py": (
            "class Registry(dict):\n    def register(self, name, target): self[name] = target\nmodel_registry = Registry()\n"
        ),
        "lm_eval/models/__init__.py": (
            "from lm_eval.api.registry import model_registry\nmodel_registry.register('hf', target='lm_eval.models.x:HF')\n"
        ),
        "lm_eval/tasks/__init__.py": "from lm_eval.tasks.manager import TaskManager\n",
        "lm_eval/tasks/manager.py": (
            "class TaskManager:\n"
            "    def __init__(self, verbosity=None, include_path=None, include_defaults=True, metadata=None):\n"
            "        self.include_path, self.scanned, self.metadata = include_path, include_path, metadata\n"
        ),
        "lm_eval/_cli/__init__.py": "from .harness import HarnessCLI\n",
        "lm_eval/_cli/harness.py": "class HarnessCLI:\n    def execute(self, args): args()\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def with_stand_in(harness: Path) -> list[Path]:
    return [harness, ROOT, *(Path(entry) for entry in sys.path if entry)]


def test_the_line_imports_nothing_and_adds_one_finder_however_often_it_runs():
    printed = run(
        "before = set(sys.modules)\nstart()\nstart()\n"
        "print([type(f).__name__ for f in sys.meta_path].count('SteerEvalHook'), set(sys.modules) - before)"
    )
    assert printed == "1 set()"


def test_the_line_costs_well_under_a_millisecond():
    microseconds = "import time\nt = time.perf_counter_ns()\nstart()\nprint((time.perf_counter_ns() - t) / 1000)"
    assert min(float(run(microseconds)) for _ in range(5)) < 1000


def test_autoload_0_leaves_the_import_system_alone():
    assert (
        run("before = list(sys.meta_path)\nstart()\nprint(sys.meta_path == before)", STEER_EVAL_AUTOLOAD="0") == "True"
    )


def test_lm_eval_imports_in_silence_when_steer_eval_is_gone(harness: Path):
    assert run("start()\nimport lm_eval.models\nprint('ok')", path=[harness]) == "ok"


def test_built_in_models_and_ours_are_registered_in_the_real_harness():
    printed = run(
        "start()\nfrom lm_eval.api.registry import get_model, model_registry\nget_model('dummy')\n"
        "print('hf' in model_registry, dict(model_registry.items())['steered-hf'])"
    )
    assert printed == "True steer_eval.harness.model:SteeredHF"


def test_the_real_harness_lists_our_tasks():
    printed = run(
        "sys.argv = ['lm_eval', 'ls', 'tasks']\nstart()\nfrom lm_eval.__main__ import cli_evaluate\ncli_evaluate()"
    )
    listed = {row.split("|")[1].strip() for row in printed.splitlines() if "|" in row}
    assert {"steer_refusal", "pile_ppl", "hellaswag"} <= listed


def test_ours_are_scanned_after_the_defaults_and_before_the_users(harness: Path):
    printed = run(
        "start()\nfrom lm_eval.tasks import TaskManager\nfrom steer_eval.paths import TASKS\nours = str(TASKS)\n"
        "for asked in (None, 'mine', ['a', 'b'], ours):\n"
        "    made = TaskManager(None, asked, metadata={'k': 1})\n"
        "    assert made.include_path == asked and made.metadata == {'k': 1}\n"
        "    print([path.replace(ours, 'OURS') for path in made.scanned])\n"
        "print(TaskManager(include_path='mine', include_defaults=False).scanned)",
        path=with_stand_in(harness),
    )
    assert printed.splitlines() == ["['OURS']", "['OURS', 'mine']", "['OURS', 'a', 'b']", "['OURS']", "mine"]


def test_a_harness_that_has_the_model_already_keeps_its_own(harness: Path):
    with (harness / "lm_eval/models/__init__.py").open("a") as models:
        models.write("model_registry.register('steered-hf', target='from the entry point')\n")
    script = "start()\nimport lm_eval.models as m\nprint(m.model_registry['steered-hf'])"
    assert run(script, path=with_stand_in(harness)) == "from the entry point"


def test_a_harness_that_does_not_fit_still_imports_and_says_so(harness: Path):
    (harness / "lm_eval/tasks/manager.py").write_text("class Renamed: pass\nTaskManager = None\n")
    script = (
        "start()\nimport warnings\n"
        "with warnings.catch_warnings(record=True) as caught:\n    warnings.simplefilter('always')\n    import lm_eval.tasks\n"
        "print(caught[0].message)"
    )
    assert "steer_eval does not fit this lm_eval" in run(script, path=with_stand_in(harness))


def test_an_import_that_fails_is_awaited_again(harness: Path):
    models = harness / "lm_eval/models/__init__.py"
    good = models.read_text()
    models.write_text("raise ImportError('not yet')\n")
    script = (
        "start()\ntry:\n    import lm_eval.models\nexcept ImportError as error:\n    print(error)\n"
        f"open({str(models)!r}, 'w').write({good!r})\nimport importlib\nimportlib.invalidate_caches()\n"
        "import lm_eval.models as m\nprint(sorted(m.model_registry))"
    )
    assert run(script, path=with_stand_in(harness)).splitlines() == ["not yet", "['hf', 'steered-hf']"]


def test_the_finders_leave_and_the_modules_are_as_without_them(harness: Path):
    script = (
        "import importlib\nbefore = list(sys.meta_path)\nstart()\n"
        "import lm_eval.models, lm_eval.tasks.manager, lm_eval._cli.harness\n"
        "print(sys.meta_path == before)\nloader = lm_eval.models.__spec__.loader\n"
        "print(type(loader).__name__, 'exec_module' in vars(loader))\n"
        "print(importlib.reload(lm_eval.models) is lm_eval.models, sorted(lm_eval.models.model_registry))"
    )
    expected = ["True", "SourceFileLoader False", "True ['hf', 'steered-hf']"]
    assert run(script, path=with_stand_in(harness)).splitlines() == expected


def test_modules_imported_before_the_hook_are_dealt_with_at_once(harness: Path):
    script = (
        "import lm_eval.models\nfrom steer_eval.harness.autoload import install\ninstall()\ninstall()\n"
        "print(sorted(lm_eval.models.model_registry))"
    )
    assert run(script, path=with_stand_in(harness)) == "['hf', 'steered-hf']"


@pytest.mark.parametrize(("level", "code"), [("INFO", "2"), ("DEBUG", "traceback")])
def test_a_user_error_ends_the_command_with_code_2_unless_debugging(harness: Path, level: str, code: str):
    script = (
        "start()\nfrom lm_eval._cli import HarnessCLI\nfrom steer_eval.errors import ModelError\n"
        "def fail(): raise ModelError('no blocks found')\n"
        "try:\n    HarnessCLI().execute(fail)\nexcept SystemExit as exit:\n    print(exit.code)\n"
        "except ModelError:\n    print('traceback')"
    )
    assert run(script, path=with_stand_in(harness), LMEVAL_LOG_LEVEL=level) == code


def test_other_errors_of_the_command_pass_untouched(harness: Path):
    script = (
        "start()\nfrom lm_eval._cli import HarnessCLI\ndef fail(): raise KeyError('theirs')\n"
        "try:\n    HarnessCLI().execute(fail)\nexcept KeyError as error:\n    print(error)"
    )
    assert run(script, path=with_stand_in(harness)) == "'theirs'"
