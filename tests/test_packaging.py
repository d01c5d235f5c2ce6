"""Every folder of modules is packaged: setuptools cannot look for them, as two of them stand elsewhere."""

import tomllib

from test_layers import MODULES, ROOT


def test_every_package_is_listed():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = project["tool"]["setuptools"]["packages"]
    modules = {name if path.stem == "__init__" else name.rpartition(".")[0] for name, path in MODULES.items()}
    packages = sorted(modules | {"wordneg.corpora.data", "wordneg.evaluation.data"})
    missing, gone = set(packages) - set(listed), set(listed) - set(packages)
    assert not missing, f"`packages` in pyproject.toml lacks {sorted(missing)}"
    assert not gone, f"`packages` in pyproject.toml names {sorted(gone)}, which are no folders of modules or data"
    assert listed == packages, "`packages` in pyproject.toml is to be sorted"
