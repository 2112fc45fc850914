"""Layers with PyTorch's semantics and weight layouts (NCHW)."""

import jax
import jax.numpy as jnp
from jax import lax

BATCH_NORM_EPSILON = 1e-5
BATCH_NORM_MOMENTUM = 0.1  # PyTorch: running = (1 - momentum) * running + momentum * batch
NUMBERS = ("NCHW", "OIHW", "NCHW")


def conv2d(x, weight, bias=None, stride=1, padding=0):
    """torch.nn.functional.conv2d; weight [out, in, kh, kw]."""
    pad = [(padding, padding)] * 2
    y = lax.conv_general_dilated(x, weight, (stride, stride), pad, dimension_numbers=NUMBERS)
    return y if bias is None else y + bias[None, :, None, None]


def conv_transpose2d(x, weight, bias=None, stride=1, padding=0):
    """torch.nn.functional.conv_transpose2d; weight [in, out, kh, kw].

    Zeros between the input's pixels, then a plain convolution with the
    kernel turned by 180 degrees and its channels swapped.
    """
    kernel = jnp.flip(weight, (2, 3)).swapaxes(0, 1)
    pad = [(k - 1 - padding, k - 1 - padding) for k in weight.shape[2:]]
    y = lax.conv_general_dilated(
        x, kernel, (1, 1), pad, lhs_dilation=(stride, stride), dimension_numbers=NUMBERS
    )
    return y if bias is None else y + bias[None, :, None, None]


def linear(x, weight, bias=None):
    """torch.nn.functional.linear; weight [out, in]."""
    y = x @ weight.T
    return y if bias is None else y + bias


def _per_channel(values, ndim):
    return values.reshape((1, -1) + (1,) * (ndim - 2))


def batch_norm(x, weight, bias, running_mean, running_var):
    """Training mode of BatchNorm1d/2d: (output, new running mean, new running var).

    The batch is normalised by its biased variance; the running variance takes
    the unbiased one, as in PyTorch.
    """
    axes = (0,) + tuple(range(2, x.ndim))
    count = x.size // x.shape[1]
    mean = x.mean(axes)
    centred = x - _per_channel(mean, x.ndim)
    var = (centred**2).mean(axes)
    y = centred / jnp.sqrt(_per_channel(var, x.ndim) + BATCH_NORM_EPSILON)
    y = y * _per_channel(weight, x.ndim) + _per_channel(bias, x.ndim)
    keep = 1 - BATCH_NORM_MOMENTUM
    unbiased = var * count / (count - 1)
    return (
        y,
        keep * running_mean + BATCH_NORM_MOMENTUM * mean,
        keep * running_var + BATCH_NORM_MOMENTUM * unbiased,
    )


def batch_norm_fixed(x, weight, bias, running_mean, running_var):
    """Evaluation mode of BatchNorm1d/2d."""
    scale = weight / jnp.sqrt(running_var + BATCH_NORM_EPSILON)
    return (x - _per_channel(running_mean, x.ndim)) * _per_channel(scale, x.ndim) + _per_channel(
        bias, x.ndim
    )


def instance_norm(x):
    """InstanceNorm2d with PyTorch's defaults: no parameters, no running statistics."""
    mean = x.mean((2, 3), keepdims=True)
    var = ((x - mean) ** 2).mean((2, 3), keepdims=True)
    return (x - mean) / jnp.sqrt(var + BATCH_NORM_EPSILON)


def leaky_relu(x, slope=0.2):
    return jnp.where(x > 0, x, slope * x)


relu = jax.nn.relu  # its gradient at 0 is 0, as in PyTorch


def unit_vector(x):
    return x / jnp.maximum(jnp.sqrt((x**2).sum()), 1e-12)


def spectral_norm(weight, u, iterations=1):
    """(weight / sigma, sigma, u, v) after power iterations from u.

    The weight is read as the matrix [out, everything else]. u and v are
    constants for the gradient; sigma = u . W v is not, as in PyTorch.
    """
    matrix = weight.reshape(weight.shape[0], -1)
    fixed = lax.stop_gradient(matrix)
    for _ in range(iterations):
        v = unit_vector(fixed.T @ u)
        u = unit_vector(fixed @ v)
    u, v = lax.stop_gradient(u), lax.stop_gradient(v)
    sigma = u @ matrix @ v
    return weight / sigma, sigma, u, v
