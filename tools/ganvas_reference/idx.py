"""Grey images in IDX files, plain or gzip."""

import gzip
import os

import numpy as np

IMAGES = 2051


def find(folder, name):
    """`name` or `name.gz` in a folder."""
    for candidate in (name, f"{name}.gz"):
        path = os.path.join(folder, candidate)
        if os.path.exists(path):
            return path
    raise SystemExit(f"no {name} or {name}.gz in {folder}")


def read_images(path):
    """[count, rows, columns] bytes."""
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rb") as file:
        content = file.read()
    magic, count, rows, columns = np.frombuffer(content[:16], ">u4").astype(int)
    if magic != IMAGES:
        raise SystemExit(f"{path} holds no IDX images")
    return np.frombuffer(content, np.uint8, count * rows * columns, 16).reshape(count, rows, columns)


def write_images(path, images):
    """[count, rows, columns] bytes to a file, gzip when its name ends with .gz."""
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "wb") as file:
        file.write(np.array([IMAGES, *images.shape], ">u4").tobytes())
        file.write(np.ascontiguousarray(images, np.uint8).tobytes())
