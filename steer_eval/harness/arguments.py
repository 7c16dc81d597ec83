"""The steering keys of `--model_args`, told apart from those of the harness's own HF model.

HFLM hands keys that it does not know to `from_pretrained`, where a misspelt `alhpa=2` would be dropped or fail far away. So a key must be
one of ours, one of HFLM's, or one that `from_pretrained` is known to take.
"""

import difflib
import inspect
from dataclasses import dataclass, field, fields
from typing import Any, get_args

from lm_eval.models.huggingface import HFLM

from steer_eval.errors import ArgumentError
from steer_eval.steering import interventions
from steer_eval.steering.spec import SteeringSpec

# Keyword arguments of transformers' from_pretrained that users of the hf model pass through --model_args.
_FROM_PRETRAINED = frozenset(
    "attn_implementation cache_dir code_revision config device_map experts_implementation force_download gguf_file "
    "ignore_mismatched_sizes key_mapping kernel_config load_in_4bit load_in_8bit local_files_only low_cpu_mem_usage max_memory "
    "offload_buffers offload_state_dict proxies quantization_config token torch_dtype tp_size use_auth_token use_kernels "
    "use_safetensors variant weights_only bnb_4bit_compute_dtype bnb_4bit_quant_storage bnb_4bit_quant_type "
    "bnb_4bit_use_double_quant llm_int8_enable_fp32_cpu_offload llm_int8_threshold llm_int8_skip_modules".split()
)


@dataclass(frozen=True)
class SteeringArguments:
    """The steering half of --model_args."""

    vector: str | None = None
    """What to steer with; None: the shipped refusal vector for the bundled model, else none."""
    format: str | None = None
    """Reader, where the file cannot say whose it is."""
    row: int | None = None
    """Row of a many-row file."""
    condition: str | None = None
    """Vector file of the condition; None: steer always."""
    condition_format: str | None = None
    """Reader of the condition's file."""
    baseline: bool = True
    """Run each prompt of our tasks unsteered too."""
    spec: SteeringSpec = field(default_factory=SteeringSpec)
    """How the vector is applied."""


def split_arguments(given: dict[str, Any]) -> tuple[SteeringArguments, dict[str, Any]]:
    """The steering arguments, and the rest for HFLM.

    Raises:
        ArgumentError: a key that nobody takes, with the nearest one that somebody does, or a value of the wrong type.
    """
    spec_keys = {f.name for f in fields(SteeringSpec)} - {"knobs"}
    own_keys = {f.name for f in fields(SteeringArguments)} - {"spec"}
    knob_keys = interventions.knob_names()
    hflm_keys = set(inspect.signature(HFLM.__init__).parameters) - {"self", "kwargs"}
    known = spec_keys | own_keys | knob_keys | hflm_keys | _FROM_PRETRAINED
    for key in given:
        if key not in known:
            near = difflib.get_close_matches(key, sorted(known), n=1)
            hint = (
                f"did you mean {near[0]}?"
                if near
                else f"steering keys are {', '.join(sorted(own_keys | spec_keys | knob_keys))}"
            )
            raise ArgumentError(f"unknown model_args key {key!r}: {hint}")
    given = {key: value for key, value in given.items() if value is not None}
    spec = SteeringSpec(
        **{key: _typed(key, given[key], SteeringSpec) for key in spec_keys & given.keys()},
        knobs={key: given[key] for key in knob_keys & given.keys()},
    )
    own = {key: _typed(key, given[key], SteeringArguments) for key in own_keys & given.keys()}
    rest = {key: value for key, value in given.items() if key in (hflm_keys | _FROM_PRETRAINED)}
    return SteeringArguments(**own, spec=spec), rest


def _typed(key: str, value: Any, owner: type) -> Any:
    """`value` as the type of the field `key`: a command line gives `layers=1` as a number and `layers=1+2` as text."""
    want = next(f.type for f in fields(owner) if f.name == key)
    want = next(t for t in get_args(want) or (want,) if t is not type(None))
    if want is bool and not isinstance(value, bool):
        raise ArgumentError(f"{key}={value} is not a switch: wanted True or False")
    if want is int and (isinstance(value, (bool, str)) or value != int(value)):
        raise ArgumentError(f"{key}={value} is not a whole number")
    try:
        return want(value)
    except (TypeError, ValueError):
        raise ArgumentError(f"{key}={value} is not a number") from None
