"""The post-import hook that lets a plain `lm_eval` find our model and our tasks.

Released versions of lm_eval (0.4.13) ignore `lm_eval.models` entry points and know no plugins for tasks. So the wheel
carries `steer_eval_autoload.pth`, whose one line runs whenever Python starts, in two steps that keep that start cheap:

1. The line puts a finder on `sys.meta_path` that imports nothing and waits for `lm_eval`. Most processes stop here.
   (In a virtual environment Python reads .pth files twice, so the line looks whether its finder is there already.)
2. When `lm_eval` is imported, that finder calls `install`, which adds the finder below. It awaits three modules of the
   harness and runs a function of `steer_eval.harness.register` right after each has been imported.

After, not before: `lm_eval.api.registry.get_model` imports the built-in models only while the registry is empty, so a
model registered too early would hide all of them.
"""

import sys
import warnings
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

# Module of the harness -> function of steer_eval.harness.register to call with it.
AFTER_IMPORT = {
    "lm_eval.models": "add_model",
    "lm_eval.tasks.manager": "add_tasks",
    "lm_eval._cli.harness": "add_exit_code",
}


class PostImportFinder:
    """Finds the awaited modules through the other finders and adds one call after their execution."""

    def __init__(self) -> None:
        self.awaited = dict(AFTER_IMPORT)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in self.awaited:
            return None
        for finder in sys.meta_path:
            if finder is self or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                self._call_after_execution(spec)
                return spec
        return None

    def _call_after_execution(self, spec: ModuleSpec) -> None:
        loader = spec.loader
        if loader is None:  # a namespace package executes nothing
            return

        # On the instance, and taken off before use: the loader keeps its type, so sources are found as ever.
        def exec_module(module: ModuleType) -> None:
            del loader.exec_module
            loader.exec_module(module)
            self.imported(module)

        loader.exec_module = exec_module  # type: ignore[method-assign]

    def imported(self, module: ModuleType) -> None:
        """Run the function that awaits `module`, once. After the last, both finders leave `sys.meta_path`."""
        function = self.awaited.pop(module.__name__)
        if not self.awaited:
            # Here and no earlier: while the import system walks over this list, a removal would make it skip a finder.
            sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not self and not _first_step(finder)]
        try:
            from steer_eval.harness import register

            getattr(register, function)(module)
        except Exception as error:  # whatever a later harness has changed, importing it must go on working without us
            warnings.warn(
                f"steer_eval does not fit this lm_eval and stays out of {module.__name__}: {error!r}",
                stacklevel=2,
            )


def _first_step(finder: object) -> bool:
    return type(finder).__name__ == "SteerEvalHook"  # the class that the .pth line makes


_finder = PostImportFinder()


def install() -> None:
    """Await the harness's modules; those already imported are dealt with at once. Doing it twice changes nothing."""
    if _finder.awaited and _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)
        for name in AFTER_IMPORT:
            if name in sys.modules:
                _finder.imported(sys.modules[name])
