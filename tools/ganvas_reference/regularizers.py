"""Penalties and divergences; tensors only. Arguments go real, then fake."""

import jax
import jax.numpy as jnp


def squared_distances(x, y):
    return ((x[:, None, :] - y[None, :, :]) ** 2).sum(-1)


def mmd2(real, fake, bandwidths):
    """Unbiased (U-statistic) MMD^2; k(x, y) = sum over s of exp(-|x-y|^2 / (2 s)).

    real [m, features], fake [n, features]; the diagonals k(x_i, x_i) are left out.
    """

    def kernel(a, b):
        d = squared_distances(a, b)
        return sum(jnp.exp(-d / (2 * s)) for s in bandwidths)

    def within(a):
        n = a.shape[0]
        k = kernel(a, a)
        return (k.sum() - jnp.trace(k)) / (n * (n - 1))

    return within(real) + within(fake) - 2 * kernel(real, fake).mean()


def l2_penalty(parameters, weight):
    """weight * the sum of squares of every parameter."""
    return weight * sum((p**2).sum() for p in jax.tree.leaves(parameters))


def kl_to_standard_normal(mu, logvar):
    """KL(N(mu, exp logvar) || N(0, 1)): sum over latent dimensions, mean over the batch."""
    return (-0.5 * (1 + logvar - mu**2 - jnp.exp(logvar))).sum(1).mean()


def squared_error(images, reconstructions):
    """Sum of squared errors per image, mean over the batch."""
    return ((images - reconstructions) ** 2).reshape(images.shape[0], -1).sum(1).mean()


def bce_with_logits(images, logits):
    """Images in [-1, 1] are read as probabilities (x + 1) / 2; sum per image, batch mean."""
    p = (images + 1) / 2
    each = jax.nn.softplus(logits) - p * logits
    return each.reshape(images.shape[0], -1).sum(1).mean()


def feature_matching(real_features, fake_features):
    """|mean f(real) - mean f(fake)|^2, means over the batch, sum over features."""
    return ((real_features.mean(0) - fake_features.mean(0)) ** 2).sum()


def interpolate(real, fake, epsilon):
    """epsilon * real + (1 - epsilon) * fake, epsilon one number per image."""
    epsilon = epsilon.reshape((-1,) + (1,) * (real.ndim - 1))
    return epsilon * real + (1 - epsilon) * fake


def gradient_penalty(critic, points, weight):
    """weight * mean over images of (|grad of critic at x|_2 - 1)^2.

    Returns (penalty, norms). The critic must treat images independently.
    """
    gradient = jax.grad(lambda x: critic(x).sum())(points)
    norms = jnp.sqrt((gradient**2).reshape(points.shape[0], -1).sum(1))
    return weight * ((norms - 1) ** 2).mean(), norms
