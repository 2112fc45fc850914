"""Trains article 004's DCGAN in JAX and writes samples as an IDX images file.

    python tools/reference_dcgan.py --steps 2000 --samples 10000 --out target/reference.idx3-ubyte

The samples are judged like Ganvas' own, so that its DCGAN has something to be
held against (docs/results.md): `cargo run --release -p ganvas-core --example
results -- --reference target/reference.idx3-ubyte`. What was trained is written
beside them, to target/reference.json. The defaults are the article's: width 64, batch
128, Adam at 2e-4 with betas 0.9 and 0.999, 100 latents, the non-saturating
loss (binary cross entropy against "real"), digits padded to 32x32.
Samples come from the generator in evaluation mode, cropped back to 28x28.
"""

import argparse
import json
import os
import time

import jax
import jax.numpy as jnp
import numpy as np

from ganvas_reference import adversarial, idx, networks, optimizer

REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MNIST = os.path.join(REPOSITORY, "..", "shared", "mnist")


def draw(spec, prefix, rng, init):
    """Parameters and buffers.

    `normal`: weights N(0, 0.02), BatchNorm weights N(1, 0.02), as in the DCGAN
    paper. `pytorch`: what the article's modules start from, U(+-1/sqrt(fan in))
    and ones, where the fan in is counted on the weight's second axis.
    """
    recipes, buffers, _ = networks.initial(spec, prefix, 0)
    parameters = {}
    for name, recipe in recipes.items():
        shape = recipe.shape
        if len(shape) > 1:
            bound = 1 / np.sqrt(np.prod(shape[1:]))
            value = rng.normal(0, 0.02, shape) if init == "normal" else rng.uniform(-bound, bound, shape)
        elif name.endswith(".weight"):
            value = rng.normal(1, 0.02, shape) if init == "normal" else np.ones(shape)
        else:
            value = np.zeros(shape)
        parameters[name] = jnp.asarray(value, jnp.float32)
    start = {"running_mean": jnp.zeros, "running_var": jnp.ones}
    buffers = {k: start[k.rsplit(".", 1)[1]](v.shape, jnp.float32) for k, v in buffers.items()}
    return parameters, buffers


def batches(images, size, rng):
    """Endless shuffled batches of whole epochs; what does not fill a batch is dropped."""
    while True:
        order = rng.permutation(len(images))
        for start in range(0, len(order) - size + 1, size):
            chosen = images[order[start : start + size]].astype(np.float32) / 127.5 - 1
            padded = np.pad(chosen, ((0, 0), (2, 2), (2, 2)), constant_values=-1)
            yield padded[:, None]


def train(arguments, images):
    """Returns the system, its state after the last step, and the seconds of processor time."""
    a = arguments
    rng = np.random.default_rng(a.seed)
    system = adversarial.System(
        networks.dcgan_generator(a.width, a.latent_dim),
        networks.dcgan_discriminator(a.width),
        loss=a.loss,
        generator_lr=a.lr,
        discriminator_lr=a.lr,
        beta1=a.beta1,
        beta2=a.beta2,
    )
    g, g_buffers = draw(system.generator, "generator.model", rng, a.init)
    d, d_buffers = draw(system.discriminator, "discriminator.model", rng, a.init)
    state = {
        "g": g, "g_buffers": g_buffers, "g_state": optimizer.start(g),
        "d": d, "d_buffers": d_buffers, "d_state": optimizer.start(d),
    }  # fmt: skip

    @jax.jit
    def step(state, batch):
        state, report, _ = adversarial.step(system, state, batch)
        return state, report

    started = time.process_time()
    for number, real in zip(range(1, a.steps + 1), batches(images, a.batch, rng)):
        z = rng.standard_normal((2, a.batch, a.latent_dim), np.float32)
        state, report = step(state, {"real_images": real, "d_latent": z[0], "g_latent": z[1]})
        if number == 1 or number == a.steps or number % a.every == 0:
            terms = " ".join(f"{k} {float(report[k]):.4f}" for k in ("d_loss", "g_loss", "d_real", "d_fake"))
            seconds = time.process_time() - started
            print(f"step {number} {terms} after {seconds:.1f} s", flush=True)
    return system, state, seconds


def describe(arguments, state, seconds):
    """What was trained, under the names of Ganvas' experiments."""
    a = arguments
    return {
        "seed": a.seed,
        "steps": a.steps,
        "seconds": round(seconds, 3),
        "parameters": sum(p.size for network in "gd" for p in state[network].values()),
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
            "jax": jax.__version__,
        },
    }


def sample(system, state, count, latent_dim, seed):
    """[count, 28, 28] bytes."""
    rng = np.random.default_rng(seed + 1_000_003)

    @jax.jit
    def generate(z):
        return networks.forward(
            system.generator, "generator.model", state["g"], state["g_buffers"],
            z[:, :, None, None], training=False,
        )[0]  # fmt: skip

    size, parts = 250, []
    for _ in range(-(-count // size)):
        images = np.asarray(generate(rng.standard_normal((size, latent_dim), np.float32)))
        parts.append(np.clip((images[:, 0, 2:-2, 2:-2] + 1) * 127.5 + 0.5, 0, 255).astype(np.uint8))
    return np.concatenate(parts)[:count]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
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
    arguments = parser.parse_args()
    images = idx.read_images(idx.find(arguments.mnist, "train-images-idx3-ubyte"))
    print(f"jax {jax.__version__}, {jax.default_backend()}, {len(images)} images", flush=True)
    system, state, seconds = train(arguments, images)
    digits = sample(system, state, arguments.samples, arguments.latent_dim, arguments.seed)
    idx.write_images(arguments.out, digits)
    with open(os.path.splitext(arguments.out)[0] + ".json", "w", encoding="utf-8") as file:
        json.dump(describe(arguments, state, seconds), file, indent=2)
        file.write("\n")
    print(f"{len(digits)} samples in {arguments.out}")


if __name__ == "__main__":
    main()
