"""`import gouji`: what it names, and what it does not load for it."""

import subprocess
import sys

import pytest

import gouji


def test_the_import_loads_nothing_but_the_version() -> None:
    program = "import sys; before = set(sys.modules); import gouji; print(*(set(sys.modules) - before))"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert {name for name in said if name.startswith("gouji")} == {"gouji", "gouji.version"}
    assert {"numpy", "onnxruntime", "lxml", "torch", "pandas"}.isdisjoint(said)


def test_a_recovery_loads_no_pandas_and_no_torch() -> None:
    program = "import sys, gouji; gouji.recover(b'a', engine='rules'); print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert "gouji.recovery" in said
    assert {"pandas", "torch", "onnxruntime"}.isdisjoint(said)


def test_what_is_named_is_what_its_module_holds() -> None:
    from gouji.recovery import recover, recover_all

    assert (gouji.recover, gouji.recover_all) == (recover, recover_all)
    assert {name: getattr(gouji, name).__name__ for name in ("Recovery", "SourceError")} == {
        "Recovery": "Recovery",
        "SourceError": "SourceError",
    }
    assert set(gouji.__all__) <= set(dir(gouji))


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="reocver"):
        gouji.reocver  # noqa: B018
