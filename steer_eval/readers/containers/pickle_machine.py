"""Run a pickle without running anything: a machine of our own for the pickle language that imports no class and calls no function.

A global is a name. Calling one makes an `Inert` record of the name and the arguments, unless the name is among the few builders below,
which are ours (torch's tensor rebuilds, given as `builders`; plain containers). `__reduce__`, `__setstate__`, INST, OBJ and the rest
therefore come out as records at most. Python's own unpickler with a harmless `find_class` is not used, because a short file can make it
allocate gigabytes (memo indices, length prefixes), and because it calls and sets attributes on whatever is on its stack.

Bounded: at most INSTRUCTIONS steps; strings no longer than the file; whole numbers of at most 64 bits; plain dictionary keys only, so
that no nested tuple is ever hashed. Shared and cyclic structures are kept as references: walk them to a fixed depth only.
"""

import pickletools
import warnings
from collections.abc import Callable, Mapping
from typing import IO, Any

from steer_eval.errors import VectorFormatError
from steer_eval.readers.containers.inert import Global, Inert, kind

INSTRUCTIONS = 200_000  # a vector file needs some thousands

_PUSHES = frozenset(
    "NONE NEWTRUE NEWFALSE FLOAT BINFLOAT STRING BINSTRING SHORT_BINSTRING UNICODE BINUNICODE SHORT_BINUNICODE BINUNICODE8 BINBYTES "
    "SHORT_BINBYTES BINBYTES8 BYTEARRAY8".split()
)
_INTEGERS = frozenset("INT BININT BININT1 BININT2 LONG LONG1 LONG4".split())
_CONSTANTS: dict[str, object] = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_DICTS = frozenset({"collections.OrderedDict", "collections.defaultdict", "builtins.dict", "__builtin__.dict"})


class PickleMachine:
    """Runs one pickle after another from a stream."""

    def __init__(
        self,
        builders: Mapping[str, Callable[..., object]],
        persistent: Callable[[object], object],
        known: Callable[[str], bool],
    ) -> None:
        """
        Args:
            builders: what really is done for a call of a name; ours, safe for any argument.
            persistent: what a persistent id stands for.
            known: True for names that tensors and arrays are made of; all others are collected in `foreign`.
        """
        self.foreign: list[str] = []
        self._builders = builders
        self._persistent = persistent
        self._known = known
        self._steps = 0

    def run(self, stream: IO[bytes]) -> object:
        """The value of the next pickle in `stream`.

        Raises:
            VectorFormatError: not a pickle, cut off, or one that no vector file needs.
        """
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # escapes in old-style strings
                return self._run(stream)
        except VectorFormatError:
            raise
        except (ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError, EOFError) as error:
            raise VectorFormatError(f"damaged or cut-off pickle ({str(error)[:100]})") from None

    def _run(self, stream: IO[bytes]) -> object:
        self.stack: list[object] = []
        self.marks: list[int] = []
        memo: dict[int, object] = {}
        stack = self.stack
        arg: Any  # text, bytes or a number, by opcode
        for opcode, arg, _ in pickletools.genops(stream):
            self._steps += 1
            if self._steps > INSTRUCTIONS:
                raise VectorFormatError(
                    f"the pickle has more than {INSTRUCTIONS:,} instructions: no vector file needs as many"
                )
            name = opcode.name
            if name in _PUSHES:
                stack.append(_CONSTANTS.get(name, arg))
            elif name in _INTEGERS:
                if abs(arg) >= 1 << 64:
                    raise VectorFormatError("the pickle holds a whole number of more than 64 bits")
                stack.append(arg)
            elif name in ("BINPUT", "LONG_BINPUT", "PUT"):
                memo[arg] = stack[-1]
            elif name == "MEMOIZE":
                memo[len(memo)] = stack[-1]
            elif name in ("BINGET", "LONG_BINGET", "GET"):
                stack.append(memo[arg])
            elif name == "STOP":
                return stack.pop()
            elif name not in ("PROTO", "FRAME"):
                self._structure(name, arg)
        raise EOFError("no end")

    def _structure(self, name: str, arg: object) -> None:
        stack = self.stack
        match name:
            case "MARK":
                self.marks.append(len(stack))
            case "POP":
                stack.pop()
            case "POP_MARK":
                self._marked()
            case "DUP":
                stack.append(stack[-1])
            case "EMPTY_TUPLE":
                stack.append(())
            case "TUPLE":
                stack.append(tuple(self._marked()))
            case "TUPLE1" | "TUPLE2" | "TUPLE3":
                stack.append(tuple(self._last(int(name[-1]))))
            case "EMPTY_LIST" | "EMPTY_SET":
                stack.append([])
            case "LIST" | "FROZENSET":
                stack.append(self._marked())
            case "APPEND":
                self._extend(self._last(1))
            case "APPENDS" | "ADDITEMS":
                self._extend(self._marked())
            case "EMPTY_DICT":
                stack.append({})
            case "DICT":
                items = self._marked()
                stack.append({})
                self._set(items)
            case "SETITEM":
                self._set(self._last(2))
            case "SETITEMS":
                self._set(self._marked())
            case _:
                self._object(name, arg)

    def _object(self, name: str, arg: object) -> None:
        stack = self.stack
        match name:
            case "GLOBAL":
                stack.append(self._named(*str(arg).split(" ", 1)))
            case "STACK_GLOBAL":
                module, qualname = self._last(2)
                stack.append(self._named(str(module), str(qualname)))
            case "REDUCE" | "NEWOBJ":
                callee, args = self._last(2)
                stack.append(self._called(callee, args))
            case "NEWOBJ_EX":
                callee, args, _ = self._last(3)
                stack.append(self._called(callee, args))
            case "INST":
                stack.append(self._called(self._named(*str(arg).split(" ", 1)), tuple(self._marked())))
            case "OBJ":
                callee, *rest = self._marked()
                stack.append(self._called(callee, tuple(rest)))
            case "BUILD":
                (state,) = self._last(1)
                self._build(stack[-1], state)
            case "BINPERSID":
                stack.append(self._persistent(self._last(1)[0]))
            case _:
                raise VectorFormatError(f"the pickle uses {name}, which torch never writes")

    def _marked(self) -> list[object]:
        start = self.marks.pop()
        return self._last(len(self.stack) - start)

    def _last(self, count: int) -> list[object]:
        start = len(self.stack) - count
        if start < 0 or count < 0 or (self.marks and start < self.marks[-1]):
            raise IndexError("the stack is empty")
        taken = self.stack[start:]
        del self.stack[start:]
        return taken

    def _extend(self, values: list[object]) -> None:
        target = self.stack[-1]
        if not isinstance(target, list):
            raise VectorFormatError(f"the pickle appends to {kind(target)}")
        target.extend(values)

    def _set(self, flat: list[object]) -> None:
        target = self.stack[-1]
        if not isinstance(target, dict):
            raise VectorFormatError(f"the pickle sets items of {kind(target)}")
        for key, value in zip(flat[::2], flat[1::2], strict=True):
            if not isinstance(key, (str, int, float, bool, bytes, type(None))):
                raise VectorFormatError(f"the pickle has {kind(key)} as a dictionary key: wanted text or a number")
            target[key] = value

    def _named(self, module: str, qualname: str) -> Global:
        name = f"{module}.{qualname}"[:200]
        if not self._known(name) and name not in _DICTS and name not in self.foreign:
            self.foreign.append(name)
        return Global(name)

    def _called(self, callee: object, args: object) -> object:
        if not isinstance(callee, Global) or not isinstance(args, tuple):
            raise VectorFormatError(f"the pickle calls {kind(callee)}")
        if callee.name in _DICTS and not args:
            return {}
        if callee.name in _DICTS and callee.name.endswith("defaultdict"):
            return {}
        builder = self._builders.get(callee.name)
        return builder(*args) if builder else Inert(callee.name, args)

    def _build(self, target: object, state: object) -> None:
        if isinstance(target, Inert):
            target.raw_state = state
            parts = state if isinstance(state, tuple) and len(state) == 2 else (state,)
            for part in parts:  # (attributes, slots)
                if isinstance(part, dict):
                    target.state |= {key: value for key, value in part.items() if isinstance(key, str)}
        elif not isinstance(target, dict):  # a state dict carries attributes of no interest
            raise VectorFormatError(f"the pickle sets attributes of {kind(target)}")
