"""What the reference trainings of article 004's DCGAN share, whatever the framework.

Command line, data, and the two files that a run leaves: samples as IDX images, and beside
them a description under the names of Ganvas' experiments.
"""

import argparse
import json
import os

import numpy as np

from . import idx

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MNIST = os.path.join(REPOSITORY, "..", "shared", "mnist")


def batches(images, size, rng):
    """Endless shuffled batches of whole epochs; what does not fill a batch is dropped."""
    while True:
        order = rng.permutation(len(images))
        for start in range(0, len(order) - size + 1, size):
            chosen = images[order[start : start + size]].astype(np.float32) / 127.5 - 1
            padded = np.pad(chosen, ((0, 0), (2, 2), (2, 2)), constant_values=-1)
            yield padded[:, None]


def to_bytes(images):
    """[N, 1, 32, 32] in [-1, 1] -> [N, 28, 28] bytes."""
    inner = np.asarray(images)[:, 0, 2:-2, 2:-2]
    return np.clip((inner + 1) * 127.5 + 0.5, 0, 255).astype(np.uint8)


def parse(description):
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mnist", default=MNIST, help="folder with train-images-idx3-ubyte[.gz]")
    parser.add_argument("--out", default="reference.idx3-ubyte", help="samples; .gz compresses")
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--samples", type=int, default=10_000)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--latent-dim", type=int, default=100)
    parser.add_argument("--lr", type=float, default=2e-4)
    parser.add_argument("--beta1", type=float, default=0.9)
    parser.add_argument("--beta2", type=float, default=0.999)
    parser.add_argument("--loss", choices=["non_saturating", "minimax"], default="non_saturating")
    parser.add_argument("--init", choices=["normal", "pytorch"], default="normal")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=100, help="steps between two printed lines")
    return parser.parse_args()


def describe(arguments, framework, version, parameters, seconds):
    """What was trained, under the names of Ganvas' experiments."""
    a = arguments
    return {
        "framework": framework,
        "seed": a.seed,
        "steps": a.steps,
        "seconds": round(seconds, 3),
        "parameters": parameters,
        "experiment": {
            "model": "dcgan",
            "loss": a.loss,
            "width": a.width,
            "latent_dim": a.latent_dim,
            "batch_size": a.batch,
            "generator_lr": a.lr,
            "discriminator_lr": a.lr,
            "beta1": a.beta1,
            "beta2": a.beta2,
            "init": a.init,
            framework.lower(): version,
        },
    }


def main(description, framework, version, train, sample):
    """Trains, samples, and writes both files.

    `train(arguments, images)` returns what `sample` needs, the number of parameters and
    the seconds of processor time; `sample(trained, count, latent_dim, seed)` bytes.
    """
    arguments = parse(description)
    images = idx.read_images(idx.find(arguments.mnist, "train-images-idx3-ubyte"))
    print(f"{framework} {version}, {len(images)} images", flush=True)
    trained, parameters, seconds = train(arguments, images)
    digits = sample(trained, arguments.samples, arguments.latent_dim, arguments.seed)
    idx.write_images(arguments.out, digits)
    with open(os.path.splitext(arguments.out)[0] + ".json", "w", encoding="utf-8") as file:
        json.dump(describe(arguments, framework, version, parameters, seconds), file, indent=2)
        file.write("\n")
    print(f"{len(digits)} samples in {arguments.out}")
