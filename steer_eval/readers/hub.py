"""Vector files on the Hugging Face hub: `org/repo/path/to/file`, with `@revision` where one is meant.

Fetched through huggingface_hub into its cache, together with the files beside it that belong to it; the local path is what comes back.
"""

import re
from pathlib import Path

from steer_eval.errors import VectorFormatError
from steer_eval.readers import readers
from steer_eval.readers.containers.sae_folder import WEIGHTS
from steer_eval.readers.steered_csv import rows_of, sae_folders

_ADDRESS = re.compile(r"([\w.-]+/[\w.-]+)/([^@]+?)(?:@([\w./-]+))?")


def is_hub_address(text: str) -> bool:
    """`text` has the shape of a file on the hub (which a relative path may have too)."""
    match = _ADDRESS.fullmatch(text)
    return match is not None and not {".", ".."} & set(text.split("/"))


def fetch(text: str) -> Path:
    """The local copy of a file on the hub.

    Raises:
        VectorFormatError: no such file there, or the hub cannot be reached.
    """
    match = _ADDRESS.fullmatch(text)
    assert match is not None
    repo, name, revision = match[1], match[2], match[3]
    path = _download(repo, name, revision)
    if path is None:
        at = f" at revision {revision}" if revision else ""
        raise VectorFormatError(f"{text}: no such file here, and repository {repo} on the hub has no file {name}{at}")
    folder = name.rpartition("/")[0]
    for other in sorted({other for reader in readers().values() for other in getattr(reader, "BESIDE", ())}):
        _download(repo, f"{folder}/{other}" if folder else other, revision)
    if path.suffix == ".csv":
        for line in rows_of(path):
            _fetch_sae(repo, folder, line, revision)
    return path


def _fetch_sae(repo: str, folder: str, line: dict[str, str], revision: str | None) -> None:
    for inner in sae_folders(line):
        root = f"{folder}/{inner}" if folder else inner
        for weights in WEIGHTS:
            if _download(repo, f"{root}/{weights}", revision):
                _download(repo, f"{root}/cfg.json", revision)
                return


def _download(repo: str, name: str, revision: str | None) -> Path | None:
    """The file in the hub's cache, fetched if need be; None: the repository has none of that name."""
    from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url
    from huggingface_hub.errors import EntryNotFoundError, HfHubHTTPError, LocalEntryNotFoundError

    refused = f"{repo}/{name}: no such file here, and the hub cannot give it"
    # The bases of the hub's error are those of the HTTP library that it is built on, which differs by version.
    no_answer: tuple[type[BaseException], ...] = (OSError, *HfHubHTTPError.__bases__)
    offline: BaseException | None = None
    try:
        try:  # asks once; the download alone would ask for half a minute, with a warning at each try
            get_hf_file_metadata(hf_hub_url(repo, name, revision=revision))
        except HfHubHTTPError:
            raise
        except no_answer as error:
            offline = error
        return Path(hf_hub_download(repo, name, revision=revision, local_files_only=offline is not None))
    except LocalEntryNotFoundError as error:
        raise VectorFormatError(f"{refused}: {_first_line(offline or error)}") from None
    except EntryNotFoundError:
        return None
    except (HfHubHTTPError, OSError, ValueError) as error:  # ValueError: a name that the hub cannot have
        raise VectorFormatError(f"{refused}: {_first_line(error)}") from None


def _first_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0][:300] if lines else type(error).__name__
