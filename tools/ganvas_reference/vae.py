"""One training step of the variational autoencoder.

    h = encoder.model(images)          [N, 64 w], BatchNorm in training mode
    mu, logvar = encoder.mu(h), encoder.logvar(h)          Linear(64 w, latent) each
    z = mu + exp(logvar / 2) * noise
    loss = squared error (sum per image, batch mean) + kl_weight * KL

One Adam over the encoder's and the decoder's parameters. The decoder is the
DCGAN generator, tanh included.
"""

import jax
import jax.numpy as jnp

from . import layers, networks, optimizer, regularizers


def heads(width, latent, salt, pattern, scale):
    """Recipes of the two linear heads."""
    features = 4 * width * 16
    out = {}
    for head in ("encoder.mu", "encoder.logvar"):
        out[f"{head}.weight"] = pattern((latent, features), salt, scale)
        out[f"{head}.bias"] = pattern((latent,), salt + 1, scale)
        salt += 2
    return out, salt


def step(encoder, decoder, experiment, state, batch):
    e = experiment

    def objective(p):
        h, e_buffers, _ = networks.forward(
            encoder, "encoder.model", p, state["e_buffers"], batch["real_images"]
        )
        mu = layers.linear(h, p["encoder.mu.weight"], p["encoder.mu.bias"])
        logvar = layers.linear(h, p["encoder.logvar.weight"], p["encoder.logvar.bias"])
        z = mu + jnp.exp(0.5 * logvar) * batch["noise"]
        images, d_buffers, _ = networks.forward(
            decoder, "decoder.model", p, state["d_buffers"], z[:, :, None, None]
        )
        reconstruction = regularizers.squared_error(batch["real_images"], images)
        kl = regularizers.kl_to_standard_normal(mu, logvar)
        loss = reconstruction + e["kl_weight"] * kl
        terms = {"loss": loss, "reconstruction": reconstruction, "kl": kl}
        return loss, (terms, e_buffers, d_buffers)

    (_, (terms, e_buffers, d_buffers)), gradients = jax.value_and_grad(objective, has_aux=True)(
        state["p"]
    )
    p, adam = optimizer.step(
        state["p"], gradients, state["p_state"], e["lr"], e["beta1"], e["beta2"], e["epsilon"]
    )
    after = {"p": p, "e_buffers": e_buffers, "d_buffers": d_buffers, "p_state": adam}
    return after, terms, gradients
