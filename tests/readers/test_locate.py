"""From the words of vector= to files: local paths, names with +, and the hub (a stand-in for the network)."""

import shutil
from collections.abc import Callable
from pathlib import Path

import huggingface_hub
import pytest
from huggingface_hub.errors import EntryNotFoundError, HfHubHTTPError, LocalEntryNotFoundError

from steer_eval.errors import ArgumentError, VectorFormatError
from steer_eval.readers.hub import is_hub_address
from steer_eval.readers.locate import load_vectors, split_names
from tests.readers.samples import WIDTH, gguf_bytes, save_csv, save_json, save_sparsify, save_torch, vec

Calls = list[tuple[str, str, str | None]]


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Calls]:
    """A folder that stands for the files of every repository, and a record of what was asked for."""
    store, cache, calls = tmp_path / "hub", tmp_path / "cache", []

    def download(repo: str, name: str, revision: str | None = None, local_files_only: bool = False) -> str:
        assert not local_files_only
        calls.append((repo, name, revision))
        if not (store / name).is_file():
            raise EntryNotFoundError.__new__(EntryNotFoundError)  # its constructor wants a response
        (cache / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(store / name, cache / name)
        return str(cache / name)

    store.mkdir()
    monkeypatch.setattr(huggingface_hub, "get_hf_file_metadata", lambda url: None)
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", download)
    return store, calls


def test_none_is_no_vector() -> None:
    assert load_vectors("none", WIDTH, 1) == []


def test_several_files_keep_their_order(tmp_path: Path) -> None:
    for n in (1, 2):
        (tmp_path / f"{n}.gguf").write_bytes(gguf_bytes({f"direction.{n}": vec(n)}))
    vectors = load_vectors(f"{tmp_path}/2.gguf+{tmp_path}/1.gguf", WIDTH, 1)
    assert [next(iter(vector.directions)).layer for vector in vectors] == [2, 1]


def test_a_plus_in_a_file_name_is_its_own_and_the_longest_path_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a", "a+b", "b", "c+d+e.pt"):
        Path(name).touch()
    assert split_names("a+b") == ["a+b"]
    assert split_names("a+b+b") == ["a+b", "b"]
    assert split_names("b+c+d+e.pt+a") == ["b", "c+d+e.pt", "a"]
    assert split_names("a+missing+a+b") == ["a", "missing", "a+b"]
    assert split_names("random:1:like=a+b+refusal") == ["random:1:like=a+b", "refusal"]


def test_a_word_that_is_neither_file_nor_name(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="no such file and no shipped vector"):
        load_vectors("nothing", WIDTH, 1)
    with pytest.raises(VectorFormatError, match="no such file"):
        load_vectors(f"{tmp_path}/nothing.gguf", WIDTH, 1)
    with pytest.raises(VectorFormatError, match="no such file"):
        load_vectors("./out/vectors/nothing.gguf", WIDTH, 1)


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("org/repo/v.gguf", True),
        ("org/repo/deep/er/v.gguf@main", True),
        ("org/repo/v.gguf@refs/pr/3", True),
        ("repo/v.gguf", False),
        ("/org/repo/v.gguf", False),
        ("./org/repo/v.gguf", False),
        ("../org/repo/v.gguf", False),
        ("org/repo/../v.gguf", False),
    ],
)
def test_what_has_the_shape_of_a_hub_address(text: str, want: bool) -> None:
    assert is_hub_address(text) == want


def test_a_file_on_the_hub_at_a_revision(hub: tuple[Path, Calls]) -> None:
    store, calls = hub
    (store / "deep").mkdir()
    (store / "deep" / "v.gguf").write_bytes(gguf_bytes({"direction.1": vec(1)}))
    (vector,) = load_vectors("org/repo/deep/v.gguf@abc123", WIDTH, 1)
    assert vector.origin.reader == "gguf"
    assert calls[0] == ("org/repo", "deep/v.gguf", "abc123")
    assert all(revision == "abc123" for _, _, revision in calls)


def test_files_that_belong_to_it_come_along(hub: tuple[Path, Calls]) -> None:
    store, _ = hub
    save_torch(store / "rd" / "direction.pt", vec(1))
    save_json(store / "rd" / "direction_metadata.json", {"pos": -1, "layer": 5})
    (vector,) = load_vectors("org/repo/rd/direction.pt", WIDTH, 1, format="refusal_direction")
    assert next(iter(vector.directions)).layer == 5


def test_the_sae_of_a_table_comes_along(hub: tuple[Path, Calls]) -> None:
    store, _ = hub
    save_sparsify(store / "tables" / "sp")
    row = {
        "loader": "sparsify",
        "action": "add",
        "sparse_model": "sp",
        "hookpoint": "layers.1",
        "feature_index": 2,
        "steering_coefficient": 1,
    }
    save_csv(store / "tables" / "t.csv", row)
    (vector,) = load_vectors("org/repo/tables/t.csv", WIDTH, 1)
    assert vector.origin.reader == "lm-eval-csv"


def test_a_file_that_the_repository_lacks(hub: tuple[Path, Calls]) -> None:
    with pytest.raises(
        VectorFormatError,
        match=r"no such file here, and repository org/repo on the hub has no file v\.gguf at revision r2",
    ):
        load_vectors("org/repo/v.gguf@r2", WIDTH, 1)


@pytest.mark.parametrize(
    "error",
    [
        lambda: LocalEntryNotFoundError("Cannot reach the hub.\nMore lines\nfollow."),
        lambda: HfHubHTTPError.__new__(HfHubHTTPError),
        lambda: ConnectionError("no route to host"),
        lambda: ValueError("Repo id must use alphanumeric chars"),
    ],
)
def test_a_hub_that_cannot_be_reached_is_one_line(
    error: Callable[[], Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def download(*args: object, **kwargs: object) -> str:
        raise error()

    monkeypatch.setattr(huggingface_hub, "get_hf_file_metadata", lambda url: None)
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", download)
    with pytest.raises(VectorFormatError, match="the hub cannot give it") as caught:
        load_vectors("org/repo/v.gguf", WIDTH, 1)
    assert "\n" not in str(caught.value)


def test_a_local_file_of_that_path_wins_over_the_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", lambda *_, **__: pytest.fail("asked the hub"))
    Path("org/repo").mkdir(parents=True)
    Path("org/repo/v.gguf").write_bytes(gguf_bytes({"direction.1": vec(1)}))
    assert load_vectors("org/repo/v.gguf", WIDTH, 1)[0].origin.source == "org/repo/v.gguf"


def test_without_a_network_the_cache_is_asked_once_and_the_reason_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(url: str) -> None:
        raise HfHubHTTPError.__bases__[0]("Name or service not known")

    def download(repo: str, name: str, revision: str | None = None, local_files_only: bool = False) -> str:
        assert local_files_only
        raise LocalEntryNotFoundError("not in the cache")

    monkeypatch.setattr(huggingface_hub, "get_hf_file_metadata", unreachable)
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", download)
    with pytest.raises(VectorFormatError, match="the hub cannot give it: Name or service not known"):
        load_vectors("org/repo/v.gguf", WIDTH, 1)


def test_a_slip_in_a_local_path_does_not_ask_the_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(huggingface_hub, "get_hf_file_metadata", lambda url: pytest.fail("asked the hub"))
    Path("out/vectors").mkdir(parents=True)
    with pytest.raises(VectorFormatError, match="no such file, wanted a vector file"):
        load_vectors("out/vectors/v.gguf", WIDTH, 1)
