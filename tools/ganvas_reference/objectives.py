"""Adversarial losses on logits. Arguments go real, then fake.

Every one is stable at logits of +-100: log sigma(x) = -softplus(-x).
"""

import jax

softplus = jax.nn.softplus


def minimax_d(real, fake):
    return softplus(-real).mean() + softplus(fake).mean()


def minimax_g(fake):
    return -softplus(fake).mean()


def non_saturating_g(fake):
    return softplus(-fake).mean()


def least_squares_d(real, fake):
    return 0.5 * ((real - 1) ** 2).mean() + 0.5 * (fake**2).mean()


def least_squares_g(fake):
    return 0.5 * ((fake - 1) ** 2).mean()


def hinge_d(real, fake):
    return jax.nn.relu(1 - real).mean() + jax.nn.relu(1 + fake).mean()


def wasserstein_d(real, fake):
    return fake.mean() - real.mean()


def critic_g(fake):
    return -fake.mean()


LOSSES = {
    "minimax": (minimax_d, minimax_g),
    "non_saturating": (minimax_d, non_saturating_g),
    "least_squares": (least_squares_d, least_squares_g),
    "hinge": (hinge_d, critic_g),
    "wasserstein": (wasserstein_d, critic_g),
}


def sigmoid_mean(logits):
    return jax.nn.sigmoid(logits).mean()
