"""One training step of CycleGAN between domains a and b.

generator_ab maps a to b, generator_ba maps b to a. Least-squares losses.

 1. fake_b = G_ab(a), fake_a = G_ba(b), no gradient into the generators.
 2. d_loss = LS(D_a(a), D_a(fake_a)) + LS(D_b(b), D_b(fake_b)), with
    LS(real, fake) = 0.5 mean((real - 1)^2) + 0.5 mean(fake^2);
    each discriminator sees the real batch first. One Adam over both.
 3. g_loss = 0.5 mean((D_a(fake_a) - 1)^2) + 0.5 mean((D_b(fake_b) - 1)^2)
    cycle  = mean |G_ba(fake_b) - a| + mean |G_ab(fake_a) - b|
    identity = mean |G_ba(a) - a| + mean |G_ab(b) - b|
    g_total = g_loss + cycle_weight * cycle + identity_weight * identity.
    One Adam over both generators.

The generators have no buffers (instance norm), so that the fakes of 1 and 3
are the same images. No pool of earlier fakes. The report's `cycle` and
`identity` are unweighted.
"""

import jax
import jax.numpy as jnp

from . import networks, objectives, optimizer


def step(generator, discriminator, experiment, state, batch):
    e, a, b = experiment, batch["images_a"], batch["images_b"]

    def translate(p, name, x):
        return networks.forward(generator, f"generator_{name}.model", p, {}, x)[0]

    def judge(p, buffers, name, x):
        logits, buffers, _ = networks.forward(
            discriminator, f"discriminator_{name}.model", p, buffers, x
        )
        return logits.reshape(-1, 1), buffers

    def adam(p, gradients, moments, lr):
        return optimizer.step(p, gradients, moments, e[lr], e["beta1"], e["beta2"], e["epsilon"])

    fakes = {"a": translate(state["g"], "ba", b), "b": translate(state["g"], "ab", a)}
    reals = {"a": a, "b": b}

    def d_objective(p):
        buffers, total = state["d_buffers"], 0.0
        terms = {}
        for name in ("a", "b"):
            real, buffers = judge(p, buffers, name, reals[name])
            fake, buffers = judge(p, buffers, name, fakes[name])
            total = total + objectives.least_squares_d(real, fake)
            terms[f"d_real_{name}"] = objectives.sigmoid_mean(real)
            terms[f"d_fake_{name}"] = objectives.sigmoid_mean(fake)
        return total, ({"d_loss": total, **terms}, buffers)

    (_, (d_terms, d_buffers)), d_gradients = jax.value_and_grad(d_objective, has_aux=True)(
        state["d"]
    )
    d, d_state = adam(state["d"], d_gradients, state["d_state"], "discriminator_lr")

    def g_objective(p):
        fake_b, fake_a = translate(p, "ab", a), translate(p, "ba", b)
        logits_a, buffers = judge(d, d_buffers, "a", fake_a)
        logits_b, buffers = judge(d, buffers, "b", fake_b)
        loss = objectives.least_squares_g(logits_a) + objectives.least_squares_g(logits_b)
        cycle = (
            jnp.abs(translate(p, "ba", fake_b) - a).mean()
            + jnp.abs(translate(p, "ab", fake_a) - b).mean()
        )
        identity = (
            jnp.abs(translate(p, "ba", a) - a).mean() + jnp.abs(translate(p, "ab", b) - b).mean()
        )
        total = loss + e["cycle_weight"] * cycle + e["identity_weight"] * identity
        terms = {"g_loss": loss, "cycle": cycle, "identity": identity, "g_total": total}
        return total, (terms, buffers)

    (_, (g_terms, d_buffers)), g_gradients = jax.value_and_grad(g_objective, has_aux=True)(
        state["g"]
    )
    g, g_state = adam(state["g"], g_gradients, state["g_state"], "generator_lr")
    after = {"g": g, "g_state": g_state, "d": d, "d_state": d_state, "d_buffers": d_buffers}
    return after, {**d_terms, **g_terms}, {**g_gradients, **d_gradients}
