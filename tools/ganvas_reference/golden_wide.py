"""Golden numbers of whole steps at widths 8 and 16, as probes of every tensor.

The same cases as in golden_steps.py, with inputs from the same formula. What is left out is
most of each result: README.md says what stays, and why Adam's epsilon is large here.
"""

from functools import partial

import numpy as np

from . import golden_steps as steps
from . import networks
from .adversarial import System
from .output import number
from .pattern import pattern

WIDTHS = (8, 16)
# Weights shrink with the root of the fan-in, so that activations keep their size.
SCALES = {8: 0.15, 16: 0.1}
CRITIC_SCALES = {8: 0.3, 16: 0.2}  # no BatchNorm makes up for small ones
# No step hangs on the sign of a gradient near 0, and every step is far above the rounding
# of the parameter that takes it.
EPSILON, LEARNING_RATE = 1e-2, 5e-3
BOTH = {"generator_lr": LEARNING_RATE, "discriminator_lr": LEARNING_RATE, "epsilon": EPSILON}
# ReLUs and absolute values have kinks: an input within rounding of 0 would turn a gradient
# around. Where salts do not count from 1 they start where no input of a ReLU in the first
# step is closer to 0 than 1e-5 of their root mean square (DCGAN, critic and projection: 5e-6).
# CycleGAN has the most kinks, and so one step of two images: a relative noise of 1e-6 in its
# weights changes no first gradient by more than 5e-5 of its largest entry.
CYCLEGAN = {**BOTH, "batch": 2, "count": 1, "salt": 301, "epsilon": 5e-2}
PLACES = 6
PROJECTIONS = (7001, 7002)  # salts


class Probe:
    """A tensor in a few numbers."""

    def __init__(self, array):
        self.array = np.asarray(array)

    def json(self):
        flat = self.array.ravel().astype(np.float64)
        places = np.unique(np.linspace(0, flat.size - 1, PLACES).astype(int))
        return {
            "shape": list(self.array.shape),
            "largest": number(np.abs(flat).max()),
            "places": places.tolist(),
            "values": [number(flat[i]) for i in places],
            "sum": number(flat.sum()),
            "sum_of_squares": number((flat**2).sum()),
            "projections": [
                number(flat @ pattern(salt, flat.size, 1.0).astype(np.float64))
                for salt in PROJECTIONS
            ],
        }


def probes(start, reports, first, gradients, last):
    before = steps.tensors(start)

    def changes(state):
        after = steps.tensors(state)
        return {k: Probe(after[k] - before[k]) for k in after}

    result = {
        "reports": reports,
        "insensitive": steps.insensitive(gradients),
        "first_gradients": {k: Probe(g) for k, g in gradients.items()},
        "change_of_first_step": changes(first),
    }
    return {**result, "change_of_all_steps": changes(last)} if len(reports) > 1 else result


def wide(one, scales=SCALES):
    """A file with one case a width."""

    def build(dtype):
        return {
            "cases": {
                f"width_{width}": one(dtype, width=width, scale=scales[width], summary=probes)
                for width in WIDTHS
            }
        }

    return build


def adversarial(generator, discriminator, options, inputs, dtype, width, **common):
    networks_of = generator(width), discriminator(width)
    system = System(*networks_of, **BOTH, **options)
    return steps.case(system, dtype, width=width, **inputs, **common)


def dcgan_generator(width, extra=0):
    return networks.dcgan_generator(width, steps.LATENT + extra)


def of(generator, discriminator, options=None, **inputs):
    return partial(adversarial, generator, discriminator, options or {}, inputs)


FILES = {
    "dcgan_wide": wide(of(dcgan_generator, networks.dcgan_discriminator, salt=101)),
    "wgan_gp_wide": wide(
        of(
            dcgan_generator,
            networks.critic,
            {"loss": "wasserstein", "gradient_penalty": 10.0, "beta1": 0.5, "beta2": 0.9},
            batch=4,
        ),
        scales=CRITIC_SCALES,
    ),
    "spectral_norm_wide": wide(
        of(dcgan_generator, networks.dcgan_discriminator, {"spectral_norm": True}, salt=351)
    ),
    "linear_stem_wide": wide(
        of(
            lambda width: networks.linear_stem_generator(width, steps.LATENT),
            lambda width: networks.dcgan_discriminator(width, 3),
            channels=3,
            salt=351,
        )
    ),
    "conditional_wide": wide(
        of(
            partial(dcgan_generator, extra=networks.CLASSES),
            lambda width: networks.dcgan_discriminator(width, 1 + networks.CLASSES),
            labels="separate_labels",
            salt=201,
        )
    ),
    "projection_wide": wide(
        of(
            dcgan_generator,
            networks.dcgan_discriminator,
            {"conditioning": "projection"},
            labels="separate_labels",
            salt=151,
        )
    ),
    "vae_wide": wide(partial(steps.vae_case, lr=LEARNING_RATE, epsilon=EPSILON)),
    "cyclegan_wide": wide(partial(steps.cyclegan_case, **CYCLEGAN)),
}
