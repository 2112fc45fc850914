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

import time

import jax
import jax.numpy as jnp
import numpy as np

from ganvas_reference import adversarial, networks, optimizer, runs


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


def train(arguments, images):
    """Returns what `sample` needs, the number of parameters, and the seconds of processor time."""
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
    for number, real in zip(range(1, a.steps + 1), runs.batches(images, a.batch, rng)):
        z = rng.standard_normal((2, a.batch, a.latent_dim), np.float32)
        state, report = step(state, {"real_images": real, "d_latent": z[0], "g_latent": z[1]})
        if number == 1 or number == a.steps or number % a.every == 0:
            terms = " ".join(f"{k} {float(report[k]):.4f}" for k in ("d_loss", "g_loss", "d_real", "d_fake"))
            seconds = time.process_time() - started
            print(f"step {number} {terms} after {seconds:.1f} s", flush=True)
    parameters = sum(p.size for network in "gd" for p in state[network].values())
    return (system, state), parameters, seconds


def sample(trained, count, latent_dim, seed):
    """[count, 28, 28] bytes."""
    system, state = trained
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
        parts.append(runs.to_bytes(images))
    return np.concatenate(parts)[:count]


if __name__ == "__main__":
    runs.main(__doc__, "JAX", jax.__version__, train, sample)
