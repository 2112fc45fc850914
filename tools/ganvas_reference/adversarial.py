"""One training step of a generator against a discriminator, with every option.

Order of a step, which fixes what BatchNorm and the power iteration see:

 1. fake = G(d_latent), no gradient into G.                     (G's buffers advance)
 2. real_logits = D(real), then fake_logits = D(fake).          (D's buffers advance twice)
 3. Adam on D; clipping comes after the update.
 4. fake = G(g_latent).                                         (G's buffers advance)
 5. feature matching only: D(real).                             (D's buffers advance)
 6. D(fake), the generator's loss, Adam on G.                   (D's buffers advance)

Unrolled: between 4 and 6 a copy of D (with its buffers and Adam state) makes
`unroll` further steps 2-3 on the same real batch and the detached fake of 4;
the generator's loss is taken against the copy, which is then thrown away. The
copy is a constant for G's gradient (first order).

With `discriminator_steps` k > 1, 1-3 run k times, each on images, latents and
interpolation of its own (`real_images`, then `real_images_2`, ...); the report
holds the terms of the last run. The generator's step sees the last real batch.

Classes, where a batch has labels: planes beside D's image and a part of z ("concatenation"),
or, with `conditioning` "projection" (Miyato & Koyama, arXiv 1802.05637), an embedding added
to the first layer of G, and <E[y], features> added to D's logit.

The gradient penalty's and the interpolates' passes exist only for critics
without buffers.
"""

import jax
import jax.numpy as jnp

from . import networks, objectives, optimizer, regularizers

DEFAULTS = {
    "loss": "non_saturating",
    "generator_lr": 2e-4,
    "discriminator_lr": 2e-4,
    "beta1": 0.9,
    "beta2": 0.999,
    "epsilon": 1e-8,
}


class System:
    """Static description: two networks and an experiment (plain numbers and names)."""

    def __init__(self, generator, discriminator, **experiment):
        self.generator, self.discriminator = generator, discriminator
        self.experiment = {**DEFAULTS, **experiment}

    def get(self, name, default=None):
        return self.experiment.get(name, default)

    def adam(self, parameters, gradients, state, lr):
        e = self.experiment
        return optimizer.step(
            parameters, gradients, state, e[lr], e["beta1"], e["beta2"], e["epsilon"]
        )

    def generate(self, parameters, buffers, latent, labels):
        stem = None
        if self.get("conditioning") == "projection":
            stem = parameters["generator.embedding.weight"][labels]
        elif labels is not None:
            latent = jnp.concatenate([latent, one_hot(labels, latent.dtype)], 1)
        if self.generator[0][0] == "conv_t":
            latent = latent[:, :, None, None]
        images, buffers, _ = networks.forward(
            self.generator, "generator.model", parameters, buffers, latent, stem=stem
        )
        return images, buffers

    def judge(self, parameters, buffers, images, labels):
        """(logits [N, 1], buffers, features)."""
        projection = self.get("conditioning") == "projection"
        if labels is not None and not projection:
            planes = one_hot(labels, images.dtype)[:, :, None, None]
            planes = jnp.broadcast_to(planes, planes.shape[:2] + images.shape[2:])
            images = jnp.concatenate([images, planes], 1)
        logits, buffers, features = networks.forward(
            self.discriminator, "discriminator.model", parameters, buffers, images
        )
        logits = logits.reshape(-1, 1)
        if projection:
            embedded = parameters["discriminator.embedding.weight"][labels]
            logits = logits + (embedded * features).sum(1, keepdims=True)
        return logits, buffers, features


def one_hot(labels, dtype):
    return jax.nn.one_hot(labels, networks.CLASSES, dtype=dtype)


def discriminator_objective(system, parameters, buffers, real, fake, epsilon, labels):
    """(total, (report terms, buffers after))."""
    d_objective, _ = objectives.LOSSES[system.get("loss")]
    real_logits, buffers, _ = system.judge(parameters, buffers, real, labels)
    fake_logits, buffers, _ = system.judge(parameters, buffers, fake, labels)
    loss = d_objective(real_logits, fake_logits)
    terms = {
        "d_loss": loss,
        "d_real": objectives.sigmoid_mean(real_logits),
        "d_fake": objectives.sigmoid_mean(fake_logits),
        "real_logit": real_logits.mean(),
        "fake_logit": fake_logits.mean(),
    }
    total = loss
    if system.get("gradient_penalty"):
        points = regularizers.interpolate(real, fake, epsilon)
        terms["gradient_penalty"], _ = regularizers.gradient_penalty(
            lambda x: system.judge(parameters, {}, x, labels)[0],
            points,
            system.get("gradient_penalty"),
        )
        total = total + terms["gradient_penalty"]
    if system.get("d_l2"):
        terms["d_l2"] = regularizers.l2_penalty(parameters, system.get("d_l2"))
        total = total + terms["d_l2"]
    terms["d_total"] = total
    return total, (terms, buffers)


def update_discriminator(system, d, d_buffers, d_state, *batch):
    """(D, buffers, Adam state, terms, gradients) after one update."""

    def objective(d):
        return discriminator_objective(system, d, d_buffers, *batch)

    (_, (terms, d_buffers)), gradients = jax.value_and_grad(objective, has_aux=True)(d)
    d, d_state = system.adam(d, gradients, d_state, "discriminator_lr")
    if system.get("clip"):
        c = system.get("clip")
        d = {k: jnp.clip(p, -c, c) for k, p in d.items()}
    return d, d_buffers, d_state, terms, gradients


def generator_objective(system, g, g_buffers, d, d_buffers, d_state, real, latent, labels, real_labels):
    """(total, (report terms, G's buffers, D's buffers))."""
    _, g_objective = objectives.LOSSES[system.get("loss")]
    fake, g_buffers = system.generate(g, g_buffers, latent, labels)
    d_after = d_buffers
    if system.get("unroll"):
        fixed = jax.lax.stop_gradient(fake)
        for _ in range(system.get("unroll")):
            d, d_buffers, d_state, _, _ = update_discriminator(
                system, d, d_buffers, d_state, real, fixed, None, labels
            )
        d, d_buffers = jax.lax.stop_gradient((d, d_buffers))
    if system.get("feature_matching"):
        _, d_buffers, real_features = system.judge(d, d_buffers, real, real_labels)
    logits, d_buffers, features = system.judge(d, d_buffers, fake, labels)
    if not system.get("unroll"):
        d_after = d_buffers
    loss = g_objective(logits)
    terms = {"g_loss": loss}
    total = loss
    if system.get("feature_matching"):
        real_features = jax.lax.stop_gradient(real_features)
        terms["feature_matching"] = system.get("feature_matching") * regularizers.feature_matching(
            real_features, features
        )
        total = (0.0 if system.get("feature_matching_only") else loss) + terms["feature_matching"]
    if system.get("mmd"):
        flat = [x.reshape(x.shape[0], -1) for x in (real, fake)]
        terms["mmd"] = system.get("mmd") * regularizers.mmd2(*flat, system.get("mmd_bandwidths"))
        total = total + terms["mmd"]
    terms["g_total"] = total
    return total, (terms, g_buffers, d_after)


def step(system, state, batch):
    """The discriminator's update(s), then the generator's: (state, report, first gradients)."""
    g, g_buffers, g_state = state["g"], state["g_buffers"], state["g_state"]
    d, d_buffers, d_state = state["d"], state["d_buffers"], state["d_state"]
    labels = batch.get("real_labels")
    d_gradients = None
    for suffix in [""] + [f"_{i}" for i in range(2, system.get("discriminator_steps", 1) + 1)]:
        real = batch["real_images" + suffix]
        fake, g_buffers = system.generate(g, g_buffers, batch["d_latent" + suffix], labels)
        d, d_buffers, d_state, d_terms, gradients = update_discriminator(
            system, d, d_buffers, d_state, real, fake, batch.get("interpolation" + suffix), labels
        )
        d_gradients = d_gradients or gradients

    def objective(g):
        return generator_objective(
            system, g, g_buffers, d, d_buffers, d_state,
            real, batch["g_latent"], batch.get("g_labels"), labels,
        )  # fmt: skip

    (_, (g_terms, g_buffers, d_buffers)), g_gradients = jax.value_and_grad(objective, has_aux=True)(g)
    g, g_state = system.adam(g, g_gradients, g_state, "generator_lr")
    after = {
        "g": g, "g_buffers": g_buffers, "g_state": g_state,
        "d": d, "d_buffers": d_buffers, "d_state": d_state,
    }  # fmt: skip
    return after, {**d_terms, **g_terms}, {**g_gradients, **d_gradients}
