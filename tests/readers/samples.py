"""One valid file of every format, written by hand in its tool's layout (formats named in each reader's docstring). Width 8."""

import csv
import json
import struct
import sys
import types
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor

WIDTH = 8


@dataclass(frozen=True)
class Sample:
    """A valid file and how to ask for it."""

    path: Path
    """The file."""
    reader: str
    """The reader that takes it."""
    asked: bool = False
    """format= has to be given."""
    row: int | None = None
    """row=, where the file needs one."""

    @property
    def format(self) -> str | None:
        return self.reader if self.asked else None


def vec(seed: int, *shape: int) -> Tensor:
    return torch.randn(*(shape or (WIDTH,)), generator=torch.Generator().manual_seed(seed))


def pickled_class(module: str, name: str, attributes: dict[str, object]) -> object:
    """An object whose pickle names module.name, as a tool's own object does; no such module stays behind."""
    made = type(name, (), {"__module__": module})
    parts = module.split(".")
    for end in range(1, len(parts) + 1):
        sys.modules.setdefault(".".join(parts[:end]), types.ModuleType(".".join(parts[:end])))
    setattr(sys.modules[module], name, made)
    thing = made()
    thing.__dict__.update(attributes)
    return thing


def save_foreign(path: Path, thing: object, *modules: str, legacy: bool = False) -> Path:
    """torch.save, then forget the modules that `pickled_class` made up."""
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(thing, path, _use_new_zipfile_serialization=not legacy)
    for module in modules:
        for end in range(len(module.split("."))):
            sys.modules.pop(".".join(module.split(".")[: end + 1]), None)
    return path


def save_torch(path: Path, content: object, legacy: bool = False) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(content, path, _use_new_zipfile_serialization=not legacy)
    return path


def save_json(path: Path, content: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
    return path


def save_safetensors(path: Path, tensors: dict[str, Tensor], **metadata: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path, metadata={key: json.dumps(value) for key, value in metadata.items()} or None)
    return path


def gguf_bytes(tensors: dict[str, Tensor], arch: str = "controlvector", code: int = 0, **values: object) -> bytes:
    """A GGUF v3 file, written without the gguf package."""

    def text(value: str) -> bytes:
        return struct.pack("<Q", len(value)) + value.encode()

    fields: dict[str, object] = {"general.architecture": arch, f"{arch}.model_hint": "llama", **values}
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(fields))
    for key, value in fields.items():
        head += text(key)
        head += struct.pack("<I", 8) + text(value) if isinstance(value, str) else struct.pack("<II", 4, value)
    data = b""
    for name, tensor in tensors.items():
        dims = tensor.shape[::-1]
        head += text(name) + struct.pack(f"<I{len(dims)}QIQ", len(dims), *dims, code, len(data))
        raw = tensor.numpy().astype({0: "<f4", 1: "<f2", 28: "<f8"}[code]).tobytes()
        data += raw + b"\0" * (-len(raw) % 32)
    return head + b"\0" * (-len(head) % 32) + data


def save_sae_lens(folder: Path, features: int = 6, **cfg: object) -> Path:
    tensors = {
        "W_dec": vec(1, features, WIDTH),
        "W_enc": vec(2, WIDTH, features).contiguous(),
        "b_enc": vec(3, features),
        "b_dec": vec(4),
        "threshold": vec(5, features).abs(),
    }
    save_json(
        folder / "cfg.json", {"architecture": "jumprelu", "metadata": {"hook_name": "blocks.2.hook_resid_pre"}, **cfg}
    )
    return save_safetensors(folder / "sae_weights.safetensors", tensors)


def save_sparsify(folder: Path, hookpoint: str = "layers.1", features: int = 6) -> Path:
    tensors = {
        "W_dec": vec(6, features, WIDTH),
        "b_dec": vec(7),
        "encoder.weight": vec(8, features, WIDTH),
        "encoder.bias": vec(9, features),
    }
    save_json(folder / hookpoint / "cfg.json", {"d_in": WIDTH, "k": 2})
    return save_safetensors(folder / hookpoint / "sae.safetensors", tensors)


def save_csv(path: Path, *rows: dict[str, object]) -> Path:
    columns = (
        "loader action sparse_model hookpoint feature_index steering_coefficient head_index sae_id description".split()
    )
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


def steering_vector(layers: dict[int, Tensor], layer_type: str = "decoder_block") -> object:
    return pickled_class(
        "steering_vectors.steering_vector", "SteeringVector", {"layer_activations": layers, "layer_type": layer_type}
    )


def candidate(direction: object, reference: object = None, **loc: object) -> object:
    place = pickled_class(
        "utils.steering_utils", "ActivationLocation", {"layer": 2, "attr": "input", "component": None, "pos": -1, **loc}
    )
    said = {
        "direction": direction,
        "loc": place,
        "reference_activation": reference,
        "model_name": "m",
        "val_score": 0.5,
    }
    return pickled_class("utils.steering_utils", "CandidateDirection", said)


def write_all(root: Path) -> list[Sample]:
    """One valid file of every format under `root`, more where a format has several layouts."""
    lite = {"method": "mean_diff", "layers": [1, 2], "coeff": 1.5, "dtype": "float32"}
    iti = {"num_heads": 2, "head_dim": 4, "directions": {"0": vec(3, 2, 4).tolist()}}
    entry = {
        "steering_vector": vec(1),
        "steering_coefficient": 2.0,
        "action": "clamp",
        "bias": vec(2),
        "head_index": None,
    }
    save_json(root / "rd" / "direction_metadata.json", {"pos": -2, "layer": 3})
    save_json(
        root / "sc" / "metadata.json",
        {"factor": 2.0, "application_location": {"layer": [1, 2], "component": None, "attr": "input"}},
    )
    np.save(root / "bare.npy", vec(1, 3, WIDTH).numpy())
    np.savez(root / "bare.npz", layer_0=vec(1).numpy(), layer_2=vec(2).numpy())
    (root / "cv.gguf").write_bytes(
        gguf_bytes({"direction.1": vec(1), "direction.2": vec(2)}, **{"controlvector.layer_count": 2})
    )
    save_sparsify(root / "sp")
    return [
        Sample(root / "cv.gguf", "gguf"),
        Sample(
            save_safetensors(
                root / "own.safetensors",
                {"block_out.1/rows": vec(1, 1, WIDTH), "block_out.1/stderr": vec(2, 1, WIDTH).abs()},
                steer_eval={"format": 1, "directions": {"block_out.1": {"number": 1, "alpha": 2.0}}, "axis": "refusal"},
            ),
            "steer_eval",
        ),
        Sample(
            save_torch(
                root / "steered.pt", {"layers.1": entry, "layers.2.mlp": {**entry, "action": "add", "bias": None}}
            ),
            "lm-eval-steered",
        ),
        Sample(save_torch(root / "old.pt", {"layers.1": entry}, legacy=True), "lm-eval-steered"),
        Sample(
            save_csv(
                root / "table.csv",
                {
                    "loader": "sparsify",
                    "action": "clamp",
                    "sparse_model": "sp",
                    "hookpoint": "layers.1",
                    "feature_index": 3,
                    "steering_coefficient": 1.5,
                },
            ),
            "lm-eval-csv",
        ),
        Sample(
            save_foreign(root / "sv.pt", steering_vector({1: vec(1), -1: vec(2)}), "steering_vectors.steering_vector"),
            "steering-vectors",
        ),
        Sample(
            save_foreign(root / "sc" / "direction.pt", candidate(vec(1), vec(2)), "utils.steering_utils"),
            "steering-control",
        ),
        Sample(
            save_json(
                root / "ibm.svec", {"model_type": "llama", "directions": {"0": vec(1).tolist(), "1": vec(2).tolist()}}
            ),
            "ibm",
            True,
        ),
        Sample(save_json(root / "ai.svec", {"directions": {"1": vec(1, 2, WIDTH).tolist()}}), "aisteer360", True),
        Sample(save_json(root / "iti.svec", iti), "aisteer360", True),
        Sample(save_torch(root / "vec_layer_3_m.pt", vec(1)), "caa", True),
        Sample(save_torch(root / "layer_2.pt", vec(1, 3, WIDTH)), "easyedit", True, row=1),
        Sample(save_torch(root / "DiffMean_weight.pt", vec(1, 3, WIDTH)), "axbench", True, row=2),
        Sample(save_torch(root / "GemmaScopeSAE.pt", sae_dict()), "axbench", True, row=2),
        Sample(save_torch(root / "rd" / "direction.pt", vec(1, 4, WIDTH).double()[2]), "refusal_direction", True),
        Sample(save_torch(root / "evil_response_avg_diff.pt", vec(1, 4, WIDTH)), "persona_vectors", True),
        Sample(
            save_safetensors(root / "lite.safetensors", {"layer1.v": vec(1), "layer2.v": vec(2)}, cfg=lite),
            "steering-lite",
        ),
        Sample(save_sae_lens(root / "sae"), "sae", row=1),
        Sample(root / "sp" / "layers.1" / "sae.safetensors", "sae", row=1),
        Sample(root / "bare.npy", "bare", True),
        Sample(root / "bare.npz", "bare", True),
        Sample(save_torch(root / "bare.pt", {3: vec(1), 4: vec(2)}), "bare", True),
        Sample(save_safetensors(root / "bare.safetensors", {"layers.1": vec(1), "layers.2.mlp": vec(2)}), "bare", True),
    ]


def sae_dict(features: int = 5) -> dict[str, Tensor]:
    return {
        "W_dec": vec(1, features, WIDTH),
        "W_enc": vec(2, WIDTH, features),
        "b_enc": vec(3, features),
        "threshold": vec(4, features).abs(),
        "b_dec": vec(5),
    }
