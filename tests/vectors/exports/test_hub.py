"""Uploads to a hub: a server on this machine that takes what huggingface_hub sends."""

import base64
import hashlib
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from wordneg import WordVectors

pytest.importorskip("safetensors.numpy")
hub = pytest.importorskip("huggingface_hub")

WV = WordVectors(["the", "of"], np.array([[1, 2, 3], [4, 5, 6]], np.float32))


class Hub(BaseHTTPRequestHandler):
    """Answers as the hub does, and keeps what it gets."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, self.headers["Authorization"]))
        code, answer = self.answer(body)
        data = json.dumps(answer).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def answer(self, body):
        if self.headers["Authorization"] != "Bearer hf_right":
            return 401, {"error": "Invalid user token."}
        if self.path == "/api/repos/create":
            self.server.made.append(json.loads(body))
            return 200, {"url": f"{self.server.address}/me/vectors"}
        if self.path == "/api/validate-yaml":
            return 200, {"errors": [], "warnings": []}
        if self.path.startswith("/api/models/me/vectors/preupload/"):
            asked = json.loads(body)["files"]
            modes = {file["path"]: self.server.modes.get(file["path"], "regular") for file in asked}
            files = [{"path": path, "uploadMode": mode, "shouldIgnore": False} for path, mode in modes.items()]
            return 200, {"files": files}
        if self.path == "/me/vectors.git/info/lfs/objects/batch":
            asked = json.loads(body)["objects"]
            return 200, {"transfer": "basic", "objects": [one | {"actions": self.actions(one)} for one in asked]}
        if self.path == "/verify":
            asked = json.loads(body)
            return (200 if len(self.server.stored[asked["oid"]]) == asked["size"] else 404), {}
        assert self.path.startswith("/api/models/me/vectors/commit/")
        for line in filter(None, body.splitlines()):
            item = json.loads(line)
            if item["key"] == "file":
                self.server.files[item["value"]["path"]] = base64.b64decode(item["value"]["content"])
            if item["key"] == "lfsFile":
                self.server.files[item["value"]["path"]] = self.server.stored[item["value"]["oid"]]
        return 200, {"commitUrl": f"{self.server.address}/me/vectors/commit/1", "commitOid": "1"}

    def actions(self, asked):
        header = {"Authorization": "Bearer hf_right"}
        upload = {"href": f"{self.server.address}/storage/{asked['oid']}"}
        return {"upload": upload, "verify": {"href": f"{self.server.address}/verify", "header": header}}

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        oid = self.path.removeprefix("/storage/")
        self.server.stored[oid] = body
        self.send_response(200 if hashlib.sha256(body).hexdigest() == oid else 400)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self):
        self.send_error(404)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as made:
        made.address = f"http://127.0.0.1:{made.server_port}"
        made.asked, made.made, made.files, made.modes, made.stored = [], [], {}, {}, {}
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.mark.skipif(int(hub.__version__.split(".")[0]) < 2, reason="takes another address by HF_ENDPOINT only")
@pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # httpx's, of a call by huggingface_hub
@pytest.mark.parametrize("mode", ["regular", "lfs"])
def test_a_folder_is_pushed(server, mode, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_XET", True)  # which speaks to servers of its own
    server.modes["model.safetensors"] = mode  # as the hub says of small files, and of large ones
    options = {"endpoint": server.address, "token": "hf_right"}
    address = WV.push_to_hub("me/vectors", private=True, scores={"men": 0.5}, **options)
    assert address == f"{server.address}/me/vectors"
    assert server.made[0]["name"] == "vectors"
    assert set(server.files) == {"README.md", "config.json", "model.safetensors", "modules.json", "tokenizer.json"}
    assert list(server.stored.values()) == ([] if mode == "regular" else [server.files["model.safetensors"]])
    rows = pytest.importorskip("safetensors.numpy").load(server.files["model.safetensors"])["embeddings"]
    np.testing.assert_array_equal(rows[:-1], WV.vectors)
    card = server.files["README.md"].decode()
    assert "# me/vectors\n" in card
    assert 'from_pretrained("me/vectors")' in card
    assert "| men | 0.500 |" in card


def test_an_answer_of_the_hub_is_told(server):
    with pytest.raises(OSError, match="Invalid user token"):
        WV.push_to_hub("me/vectors", endpoint=server.address, token="hf_wrong")


def test_without_a_token_nothing_is_asked(server, monkeypatch):
    monkeypatch.setattr(hub, "get_token", lambda: None)
    with pytest.raises(PermissionError, match="hf auth login"):
        WV.push_to_hub("me/vectors", endpoint=server.address)
    assert not server.asked


def test_without_a_network_the_way_out_is_told(server):
    closed = server.address
    server.shutdown()
    server.server_close()
    with pytest.raises(ConnectionError, match=f"cannot reach {closed}.*hf upload me/vectors FOLDER"):
        WV.push_to_hub("me/vectors", endpoint=closed, token="hf_right")


def test_a_name_that_is_none_is_refused():
    with pytest.raises(ValueError, match="Repo id"):
        WV.push_to_hub("me/my/vectors", token="hf_right")


def test_without_huggingface_hub_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(ImportError, match=r"pip install 'wordneg\[hub\]'"):
        WV.push_to_hub("me/vectors")
