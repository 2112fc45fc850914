"""Writes the golden numbers that the core's tests compare with.

    python tools/golden.py                 all files
    python tools/golden.py losses layers   only these

Every file is computed in float64 from inputs rounded to float32, then once
more in float32. The largest difference between the two runs is stored in the
file's header: it is the noise that a correct f32 program may show, and a
golden whose noise is too large for its test's tolerance is refused here.
"""

import argparse
import os

os.environ.setdefault(
    "XLA_FLAGS",
    "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
)

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)

from ganvas_reference import golden_functions as functions
from ganvas_reference import golden_steps as steps
from ganvas_reference import golden_wide as wide
from ganvas_reference.output import header, plain, save

REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FOLDER = os.path.join(REPOSITORY, "crates", "ganvas-core", "tests", "golden")
NOISE = 3e-5
FILES = {
    "losses": functions.losses,
    "regularizers": functions.all_regularizers,
    "layers": functions.all_layers,
    **steps.FILES,
    **wide.FILES,
}


def numbers(value, path=""):
    """Every array of numbers of a plain golden file: its path, and what to hold its noise against.

    That is the largest entry. A number alone is held against at least 0.1: the mean of some
    logits can be close to 0 without the logits being so.
    """
    if isinstance(value, dict) and "projections" in value:
        yield from probe(value, path)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from numbers(inner, f"{path}/{key}")
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for i, inner in enumerate(value):
            yield from numbers(inner, f"{path}/{i}")
    elif isinstance(value, list) and value and not isinstance(value[0], str):
        array = np.asarray(value, np.float64)
        yield path, array, max(np.abs(array).max(), 1e-6)
    elif isinstance(value, float):
        yield path, np.asarray([value]), max(abs(value), 0.1)


def probe(value, path):
    """Its sums cancel: they are held against the size of what was summed."""
    norm = max(value["sum_of_squares"], 1e-30) ** 0.5
    count = float(np.prod(value["shape"]))
    for key, scale in (
        ("values", value["largest"]),
        ("sum", norm * count**0.5),
        ("sum_of_squares", 2 * norm**2),
        ("projections", norm),
    ):
        yield f"{path}/{key}", np.atleast_1d(np.asarray(value[key], np.float64)), scale


def insensitive(value):
    """Names of parameters that Adam moves by rounding noise alone."""
    return {name for case in value.get("cases", {}).values() for name in case.get("insensitive", [])}


def noise(exact, single):
    """Largest |f64 - f32|, relative to what `numbers` says."""
    skip = insensitive(exact)
    worst, where = 0.0, ""
    for (path, a, scale), (_, b, _) in zip(numbers(exact), numbers(single), strict=True):
        if any(f"/{name}/" in path for name in skip):
            continue
        error = float(np.abs(a - b).max() / scale)
        if error > worst:
            worst, where = error, path
    return worst, where


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=" ".join(FILES))
    parser.add_argument("--out", default=FOLDER, help="folder to write to")
    arguments = parser.parse_args()
    for name in arguments.names or FILES:
        exact = plain(FILES[name](jnp.float64))
        single = plain(FILES[name](jnp.float32))
        worst, where = noise(exact, single)
        print(f"{name}: float32 differs by {worst:.1e} at {where}")
        assert worst < NOISE, f"{name} is too sensitive for its tests"
        top = {**header("tools/golden.py"), "float32_noise": float(f"{worst:.1e}")}
        save(arguments.out, f"{name}.json", {"header": top, **exact})


if __name__ == "__main__":
    main()
