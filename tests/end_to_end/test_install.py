"""Installing, using and uninstalling steer_eval with pip, in throw-away virtual environments, without network access.

Installing torch anew for each would take minutes, so an environment here sees the libraries of the running interpreter
through a directory of links that leaves out steer_eval itself.
"""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PIP_INSTALL = ["-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-index", "--no-deps"]


class Environment:
    """A virtual environment with lm_eval and without steer_eval, until `pip` puts it there."""

    def __init__(self, directory: Path, libraries: Path) -> None:
        venv.create(directory, symlinks=True)
        self.python = directory / "bin" / "python"
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        self.site_packages = directory / "lib" / version / "site-packages"
        (self.site_packages / "libraries.pth").write_text(f"{libraries}\n")

    def run(self, *arguments: str, code: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
        # From a directory that is not the checkout: nothing may come from there by accident.
        inherited = {
            key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "STEER_EVAL_AUTOLOAD"}
        }
        result = subprocess.run(
            [self.python, *arguments],
            env=inherited | environment,
            cwd=self.python.parent,
            capture_output=True,
            text=True,
        )
        assert result.returncode == code, f"{arguments}:\n{result.stdout}{result.stderr}"
        return result

    def files(self) -> set[str]:
        return {str(path.relative_to(self.site_packages)) for path in self.site_packages.rglob("*")}


@pytest.fixture(scope="session")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Links to all that the running interpreter has installed, except steer_eval and start-up files."""
    directory = tmp_path_factory.mktemp("libraries")
    installed = {Path(sysconfig.get_path(kind)) for kind in ("purelib", "platlib")}
    for entry in (entry for site_packages in sorted(installed) for entry in site_packages.iterdir()):
        if "steer_eval" not in entry.name and entry.suffix != ".pth":
            (directory / entry.name).symlink_to(entry)
    return directory


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(directory)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(directory.glob("*.whl"))


@pytest.fixture(scope="module", params=["wheel", "editable"])
def installed(
    request: pytest.FixtureRequest, wheel: Path, libraries: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Environment]:
    """An environment after `pip install .` and after `pip install -e .`; at the end it is uninstalled and looked over."""
    environment = Environment(tmp_path_factory.mktemp(request.param) / "venv", libraries)
    before = environment.files()
    source = [str(wheel)] if request.param == "wheel" else ["--no-build-isolation", "--editable", str(ROOT)]
    environment.run(*PIP_INSTALL, *source)
    yield environment
    environment.run("-m", "pip", "uninstall", "--quiet", "--yes", "steer-eval")
    assert environment.files() == before, "uninstalling left something behind"


def test_the_command_knows_our_tasks(installed: Environment):
    told = installed.run("-m", "lm_eval", "validate", "--tasks", "steer_refusal,pile_ppl").stdout
    assert told.endswith("All tasks found and valid\n")


def test_the_library_knows_the_model_without_our_import(installed: Environment):
    script = "from lm_eval.api.registry import get_model; print(get_model('steered-hf').__module__)"
    assert installed.run("-c", script).stdout.strip() == "steer_eval.harness.model"


def test_spawned_processes_know_the_model_too(installed: Environment):
    file = installed.python.parent / "spawns.py"
    file.write_text(
        "import multiprocessing\n"
        "def known():\n"
        "    from lm_eval.models import MODEL_MAPPING\n"
        "    from lm_eval.api.registry import model_registry\n"
        "    return set(model_registry) - set(MODEL_MAPPING)\n"
        "if __name__ == '__main__':\n"
        "    with multiprocessing.get_context('spawn').Pool(1) as pool:\n"
        "        print(pool.apply(known))\n"
    )
    assert installed.run(str(file)).stdout.strip() == "{'steered-hf'}"


def test_autoload_0_leaves_the_harness_alone(installed: Environment):
    script = (
        "import sys, lm_eval.models, lm_eval.tasks.manager\nfrom lm_eval.api.registry import model_registry\n"
        "print('steered-hf' in model_registry, [m for m in sys.modules if m.startswith('steer_eval')])"
    )
    assert installed.run("-c", script, STEER_EVAL_AUTOLOAD="0").stdout.strip() == "False []"


def test_a_python_start_imports_nothing_of_ours_and_prints_nothing(installed: Environment):
    result = installed.run("-X", "importtime", "-c", "pass")
    assert "steer_eval" not in result.stderr
    assert result.stdout == ""


def test_the_data_is_found_where_it_is_installed(installed: Environment):
    script = (
        "from steer_eval import paths\n"
        "wanted = [paths.TASKS / 'steer_refusal.yaml', paths.TASKS / 'pile_ppl.yaml', paths.VECTORS / 'contrast',\n"
        "          paths.SCORERS, paths.BUNDLED_MODEL, paths.BUNDLED_TEXT]\n"
        "print([str(path) for path in wanted if not path.exists()])"
    )
    assert installed.run("-c", script).stdout.strip() == "[]"


def test_both_commands_are_installed(installed: Environment):
    command = installed.python.parent / "steer-eval"
    assert subprocess.run([command, "--version"], capture_output=True, text=True).stdout.startswith("steer-eval ")


def test_the_wheel_carries_the_data_and_not_the_tests(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert tops == {"steer_eval", "steer_eval_autoload.pth", next(top for top in tops if top.endswith(".dist-info"))}
    for name in (
        "_data/tasks/steer_refusal.yaml",
        "_data/tasks/prompts/refusal.jsonl",
        "_data/vectors/contrast/refusal.jsonl",
    ):
        assert f"steer_eval/{name}" in names
    for folder in ("bundled/model", "bundled/text", "scoring/weights"):
        assert [name for name in names if name.startswith(f"steer_eval/{folder}/")], f"the wheel has no {folder}"
    for file in (ROOT / "vectors").rglob("*.safetensors"):
        assert f"steer_eval/_data/vectors/{file.relative_to(ROOT / 'vectors')}" in names


def test_the_wheel_is_small_enough_to_index(wheel: Path):
    assert wheel.stat().st_size < 20e6  # the bundled model is under 4 MB; most of the rest is text
