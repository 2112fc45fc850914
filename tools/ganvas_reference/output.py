"""Golden files: small JSON, nine significant digits, one tensor a line."""

import json
import os

import jax
import numpy as np

FULL = 1024  # tensors with more elements are stored as a sample and two sums


def number(x):
    return float(f"{float(x):.9g}")


def tensor(array):
    array = np.asarray(array)
    return {"shape": list(array.shape), "data": [number(x) for x in array.ravel()]}


def sampled(array, count=64):
    """`count` values at flat indices 0, stride, 2 stride, ..., with sums over all."""
    flat = np.asarray(array).ravel()
    stride = max(1, flat.size // count)
    return {
        "shape": list(np.shape(array)),
        "stride": stride,
        "values": [number(x) for x in flat[::stride][:count]],
        "sum": number(flat.sum()),
        "sum_of_squares": number((flat**2).sum()),
    }


def compact(array):
    return tensor(array) if np.size(array) <= FULL else sampled(array)


def header(script):
    return {
        "script": script,
        "framework": "jax",
        "version": jax.__version__,
        "precision": "float64, from inputs rounded to float32",
    }


def plain(value):
    if hasattr(value, "json"):
        return value.json()
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, (bool, int, str)) or value is None:
        return value
    if np.ndim(value) == 0:
        return number(value)
    return compact(value)


def _write(value, indent):
    """Maps open a line each until they hold a tensor or numbers only."""
    leaf = isinstance(value, dict) and not any(isinstance(v, dict) for v in value.values())
    recipe = isinstance(value, dict) and "pattern" in value
    if isinstance(value, dict) and value and not leaf and not recipe:
        pad = " " * (indent + 1)
        rows = [f"{pad}{json.dumps(k)}: {_write(v, indent + 1)}" for k, v in value.items()]
        return "{\n" + ",\n".join(rows) + "\n" + " " * indent + "}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        pad = " " * (indent + 1)
        return "[\n" + ",\n".join(pad + _write(v, indent + 1) for v in value) + "\n" + " " * indent + "]"
    return json.dumps(value, separators=(",", ":"))


def save(folder, name, content):
    text = _write(plain(content), 0) + "\n"
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    size = len(text)
    assert size < 150_000, f"{name} is {size} bytes"
    print(f"{name}: {size} bytes", flush=True)
