"""Uploading a folder of vectors to Hugging Face's hub."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable

from wordneg.common.extras import extra

__all__ = ["push_to_hub"]


def push_to_hub(
    repo_id: str,
    save: Callable[[str], None],
    *,
    private: bool | None = None,
    token: str | None = None,
    endpoint: str | None = None,
    commit_message: str | None = None,
) -> str:
    """Upload what `save` writes into a folder; see `wordneg.WordVectors.push_to_hub`.

    Returns
    -------
    str
        The address of the repository.
    """
    hub, errors, utils = (extra(f"huggingface_hub{part}", "push_to_hub", "hub") for part in ("", ".errors", ".utils"))
    utils.validate_repo_id(repo_id)
    if token is None and hub.get_token() is None:
        raise PermissionError(
            "the hub takes uploads with a token only; run `hf auth login`, set the variable HF_TOKEN, or give token=…"
        )
    client = hub.HfApi(endpoint=endpoint, token=token)
    with tempfile.TemporaryDirectory(prefix="wordneg-") as place:
        folder = os.path.join(place, "vectors")
        save(folder)
        try:
            address = client.create_repo(repo_id, private=private, exist_ok=True)
            client.upload_folder(
                repo_id=address.repo_id,
                folder_path=folder,
                commit_message=commit_message or "Word vectors, written by wordneg",
            )
        except errors.HfHubHTTPError:  # an answer of the hub's, whose message says what was wrong
            raise
        except (errors.HTTPError, OSError) as error:
            raise ConnectionError(
                f"cannot reach {client.endpoint} ({error}); write a folder by save_pretrained, and upload it later: "
                f"hf upload {repo_id} FOLDER"
            ) from error
    return str(address)
