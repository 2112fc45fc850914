"""Golden numbers of whole optimizer steps.

A case holds the experiment, the networks, every initial parameter and buffer
(as recipes), the inputs of three steps, and then: the report of each step, the
gradients of the first step, all parameters and buffers after the first step,
and 16 evenly spaced values of each after the third.

Salts: parameters and buffers take 1, 2, 3, ... in the order of the file; inputs
of step t (from 0) take 1000 + 10 t + k, with k = 0 real images, 1 latent of the
discriminator's step, 2 latent of the generator's step, 3 interpolation, and for
a second discriminator update 4 real images, 5 latent, 6 interpolation.
"""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from . import adversarial, average, cyclegan, networks, optimizer, vae
from .adversarial import System
from .golden_functions import cast
from .output import sampled
from .pattern import Pattern

BATCH, LATENT, WIDTH, STEPS = 3, 4, 2, 3
SCALE = 0.3  # of weights and biases: large, so that every gradient shows in float32


def cast_all(recipes, dtype):
    return {k: cast(v, dtype) for k, v in recipes.items()}


def run(step, state, batches, dtype):
    """Runs every batch: reports, then parameters after the first and the last step."""
    reports, first, gradients = [], None, None
    step = jax.jit(step)
    for batch in batches:
        arrays = {k: jnp.asarray(v) if "labels" in k else cast(v, dtype) for k, v in batch.items()}
        state, report, grads = step(state, arrays)
        reports.append(report)
        if first is None:
            first, gradients = state, grads
    return reports, first, gradients, state


def tensors(state):
    """Parameters and buffers of a state, without the optimizer's moments."""
    out = {}
    for key, group in state.items():
        if not key.endswith("_state"):
            out.update(group)
    return out


def insensitive(gradients):
    """Parameters whose first gradient is zero but for rounding.

    Adam divides by the gradient's own size, so that rounding noise alone can
    move them by up to the learning rate: compare them with that tolerance.
    """
    return [k for k, g in gradients.items() if float(np.abs(g).max()) < 1e-9]


def outcome(start, reports, first, gradients, last, unsettled=()):
    """`unsettled` tensors are left out of the last step's values."""
    del start  # it is in the file as recipes
    after = tensors(first)
    return {
        "reports": reports,
        "insensitive": insensitive(gradients),
        "first_gradients": gradients,
        "after_first_step": after,
        "after_last_step": {
            k: sampled(v, 16) for k, v in tensors(last).items() if k not in unsettled
        },
    }


def inputs(t, images, latent, labels=False, interpolation=False, second=False):
    salt = 1000 + 10 * t
    batch = {
        "real_images": Pattern(images, salt, 2.0),
        "d_latent": Pattern((images[0], latent), salt + 1, 4.0),
        "g_latent": Pattern((images[0], latent), salt + 2, 4.0),
    }
    if interpolation:
        batch["interpolation"] = Pattern((images[0],), salt + 3, 1.0, 0.5)
    if second:
        batch["real_images_2"] = Pattern(images, salt + 4, 2.0)
        batch["d_latent_2"] = Pattern((images[0], latent), salt + 5, 4.0)
        batch["interpolation_2"] = Pattern((images[0],), salt + 6, 1.0, 0.5)
    if labels:
        batch["real_labels"] = [(3 * t + 7 * i) % 10 for i in range(images[0])]
        batch["g_labels"] = (
            batch["real_labels"]
            if labels == "shared_labels"
            else [(5 * t + 4 * i + 1) % 10 for i in range(images[0])]
        )
    return batch


def case(
    system,
    dtype,
    channels=1,
    labels=False,
    batch=BATCH,
    width=WIDTH,
    scale=SCALE,
    salt=1,
    summary=outcome,
):
    """One adversarial case; `summary` turns the run into numbers for the file.

    Parameters take salts from `salt` on.
    """
    features = 4 * width * 4 * 4
    first, last = ((0, features), (8, features)) if projects(system) else (None, None)
    g, g_buffers, salt = networks.initial(
        system.generator, "generator.model", salt, weight_scale=scale, embedding=first
    )
    d, d_buffers, _ = networks.initial(
        system.discriminator,
        "discriminator.model",
        salt,
        system.get("spectral_norm", False),
        scale,
        last,
    )
    batches = [
        inputs(
            t,
            (batch, channels, 32, 32),
            LATENT,
            labels,
            bool(system.get("gradient_penalty")),
            system.get("discriminator_steps") == 2,
        )
        for t in range(STEPS)
    ]
    g0, d0 = cast_all(g, dtype), cast_all(d, dtype)
    state = {
        "g": g0,
        "g_buffers": cast_all(g_buffers, dtype),
        "g_state": optimizer.start(g0),
        "d": d0,
        "d_buffers": cast_all(d_buffers, dtype),
        "d_state": optimizer.start(d0),
    }

    if system.get("ema_decay"):
        state["average"], state["average_state"] = average.start(g0), {"t": 0}

    def step(state, batch):
        after, report, gradients = adversarial.step(system, state, batch)
        if system.get("ema_decay"):
            t = state["average_state"]["t"]
            d = average.decay(system.get("ema_decay"), t)
            after["average"] = average.update(state["average"], after["g"], d)
            after["average_state"] = {"t": t + 1}
            report["decay"] = d
        return after, report, gradients

    result = summary(state, *run(step, state, batches, dtype))
    return {
        "experiment": {
            "width": width,
            "latent_dim": LATENT,
            "batch_size": batch,
            "channels": channels,
            **system.experiment,
        },
        "generator": [str(line) for line in networks.describe(system.generator)],
        "discriminator": [str(line) for line in networks.describe(system.discriminator)],
        "parameters": {**g, **g_buffers, **d, **d_buffers},
        "inputs": batches,
        **result,
    }


def projects(system):
    return system.get("conditioning") == "projection"


def dcgan(loss, dtype, **options):
    system = System(
        networks.dcgan_generator(WIDTH, LATENT),
        networks.dcgan_discriminator(WIDTH),
        loss=loss,
        **options,
    )
    return case(system, dtype)


def dcgan_step(dtype):
    return {"cases": {loss: dcgan(loss, dtype) for loss in ("non_saturating", "minimax")}}


def fully_connected(dtype):
    """Only `minimax`: article 001's first GAN."""
    system = System(
        networks.fully_connected_generator(WIDTH, LATENT),
        networks.fully_connected_discriminator(WIDTH),
        loss="minimax",
    )
    return {"cases": {"minimax": case(system, dtype)}}


def linear_stem(dtype):
    """BatchNorm takes the linear layer's bias away: its gradient is 0 but for rounding."""
    system = System(
        networks.linear_stem_generator(WIDTH, LATENT), networks.dcgan_discriminator(WIDTH, 3)
    )
    unsettled = ("generator.model.0.bias", "generator.model.1.running_mean")
    stem = case(system, dtype, channels=3, summary=partial(outcome, unsettled=unsettled))
    return {"cases": {"non_saturating": stem}}


def critic_case(dtype, bias, **options):
    """Batch 4: the Wasserstein loss' gradient by the last bias is then exactly 0 in float32 too."""
    system = System(
        networks.dcgan_generator(WIDTH, LATENT),
        networks.critic(WIDTH, bias=bias),
        loss="wasserstein",
        **options,
    )
    return case(system, dtype, batch=4)


def critic_cases(dtype, **options):
    return {
        "cases": {
            "bias": critic_case(dtype, True, **options),
            "no_bias": critic_case(dtype, False, **options),
        }
    }


def wgan_clipping(dtype):
    return critic_cases(dtype, clip=0.1, generator_lr=5e-5, discriminator_lr=5e-5)


def wgan_gp(dtype):
    return critic_cases(dtype, gradient_penalty=10.0, beta1=0.5, beta2=0.9)


def critic_steps(dtype):
    options = {"gradient_penalty": 10.0, "beta1": 0.5, "beta2": 0.9, "discriminator_steps": 2}
    return {"cases": {"two": critic_case(dtype, True, **options)}}


def spectral_norm(dtype):
    def one(discriminator):
        generator = networks.dcgan_generator(WIDTH, LATENT)
        return case(System(generator, discriminator, spectral_norm=True), dtype)

    return {
        "cases": {
            "batch_norm": one(networks.dcgan_discriminator(WIDTH)),
            "no_batch_norm": one(networks.critic(WIDTH)),
        }
    }


def least_squares(dtype):
    return {"cases": {"least_squares": dcgan("least_squares", dtype)}}


def hinge(dtype):
    return {"cases": {"hinge": dcgan("hinge", dtype)}}


def feature_matching(dtype):
    added = dcgan("non_saturating", dtype, feature_matching=0.1)
    only = dcgan("non_saturating", dtype, feature_matching=1.0, feature_matching_only=True)
    return {"cases": {"added": added, "only": only}}


def mmd_l2(dtype):
    system = System(
        networks.dcgan_generator(WIDTH, LATENT, leaky=True),
        networks.dcgan_discriminator(WIDTH),
        loss="minimax",
        mmd=0.5,
        mmd_bandwidths=[64.0, 128.0, 256.0, 512.0, 1024.0],
        d_l2=0.001,
    )
    return {"cases": {"minimax": case(system, dtype)}}


def unrolled(dtype):
    return {"cases": {f"k{k}": dcgan("non_saturating", dtype, unroll=k) for k in (1, 2)}}


def conditional(dtype):
    system = System(
        networks.dcgan_generator(WIDTH, LATENT + 10), networks.dcgan_discriminator(WIDTH, 11)
    )
    return {
        "cases": {
            name: case(system, dtype, labels=name) for name in ("separate_labels", "shared_labels")
        }
    }


def projection(dtype):
    system = System(
        networks.dcgan_generator(WIDTH, LATENT),
        networks.dcgan_discriminator(WIDTH),
        conditioning="projection",
    )
    return {"cases": {"width_2": case(system, dtype, labels="separate_labels")}}


def averages(*run):
    """Of the generator alone: the discriminator's numbers are those of `dcgan_step`."""

    def keep(numbers):
        return {k: v for k, v in numbers.items() if not k.startswith("discriminator.")}

    by_name = ("first_gradients", "after_first_step", "after_last_step")
    return {k: keep(v) if k in by_name else v for k, v in outcome(*run).items()}


def averaged(dtype):
    """The decay grows for two steps; in the third it has reached its limit."""
    system = System(
        networks.dcgan_generator(WIDTH, LATENT),
        networks.dcgan_discriminator(WIDTH),
        loss="non_saturating",
        ema_decay=0.2,
    )
    return {"cases": {"reached": case(system, dtype, summary=averages)}}


ADAM = {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}


def vae_case(dtype, width=WIDTH, scale=SCALE, salt=1, summary=outcome, **options):
    encoder, decoder = networks.vae_trunk(width), networks.dcgan_generator(width, LATENT)
    trunk, e_buffers, salt = networks.initial(encoder, "encoder.model", salt, weight_scale=scale)
    heads, salt = vae.heads(width, LATENT, salt, Pattern, scale)
    decode, d_buffers, _ = networks.initial(decoder, "decoder.model", salt, weight_scale=scale)
    parameters = {**trunk, **heads, **decode}
    experiment = {"lr": 1e-3, "kl_weight": 0.5, **ADAM, **options}
    batches = [
        {
            "real_images": Pattern((BATCH, 1, 32, 32), 1000 + 10 * t, 2.0),
            "noise": Pattern((BATCH, LATENT), 1001 + 10 * t, 4.0),
        }
        for t in range(STEPS)
    ]
    p = cast_all(parameters, dtype)
    state = {
        "p": p,
        "e_buffers": cast_all(e_buffers, dtype),
        "d_buffers": cast_all(d_buffers, dtype),
        "p_state": optimizer.start(p),
    }

    def step(state, batch):
        return vae.step(encoder, decoder, experiment, state, batch)

    return {
        "experiment": {"width": width, "latent_dim": LATENT, "batch_size": BATCH, **experiment},
        "parameters": {**parameters, **e_buffers, **d_buffers},
        "inputs": batches,
        **summary(state, *run(step, state, batches, dtype)),
    }


def vae_step(dtype):
    return {"cases": {"vae": vae_case(dtype)}}


def cyclegan_case(
    dtype, width=WIDTH, scale=SCALE, summary=outcome, batch=BATCH, count=STEPS, salt=1, **options
):
    """`count` steps; parameters take salts from `salt` on."""
    generator, discriminator = networks.translator(width), networks.dcgan_discriminator(width)
    g, d, d_buffers = {}, {}, {}
    for name in ("generator_ab", "generator_ba"):
        some, _, salt = networks.initial(generator, f"{name}.model", salt, weight_scale=scale)
        g.update(some)
    for name in ("discriminator_a", "discriminator_b"):
        some, buffers, salt = networks.initial(
            discriminator, f"{name}.model", salt, weight_scale=scale
        )
        d.update(some)
        d_buffers.update(buffers)
    experiment = {
        "generator_lr": 2e-4,
        "discriminator_lr": 2e-4,
        "cycle_weight": 10.0,
        "identity_weight": 5.0,
        **ADAM,
        "beta1": 0.5,
        **options,
    }
    images = (batch, 1, 32, 32)
    batches = [
        {
            "images_a": Pattern(images, 1000 + 10 * t, 2.0),
            "images_b": Pattern(images, 1001 + 10 * t, 2.0),
        }
        for t in range(count)
    ]
    g0, d0 = cast_all(g, dtype), cast_all(d, dtype)
    state = {
        "g": g0,
        "g_state": optimizer.start(g0),
        "d": d0,
        "d_state": optimizer.start(d0),
        "d_buffers": cast_all(d_buffers, dtype),
    }

    def step(state, batch):
        return cyclegan.step(generator, discriminator, experiment, state, batch)

    return {
        "experiment": {"width": width, "batch_size": batch, **experiment},
        "parameters": {**g, **d, **d_buffers},
        "inputs": batches,
        **summary(state, *run(step, state, batches, dtype)),
    }


def cyclegan_step(dtype):
    return {"cases": {"cyclegan": cyclegan_case(dtype)}}


FILES = {
    "dcgan_step": dcgan_step,
    "fully_connected_step": fully_connected,
    "linear_stem_step": linear_stem,
    "wgan_clipping_step": wgan_clipping,
    "wgan_gp_step": wgan_gp,
    "critic_steps_step": critic_steps,
    "spectral_norm_step": spectral_norm,
    "least_squares_step": least_squares,
    "hinge_step": hinge,
    "feature_matching_step": feature_matching,
    "mmd_l2_step": mmd_l2,
    "unrolled_step": unrolled,
    "conditional_step": conditional,
    "projection_step": projection,
    "averaged_step": averaged,
    "vae_step": vae_step,
    "cyclegan_step": cyclegan_step,
}
