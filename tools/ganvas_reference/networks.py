"""The networks of the articles as lists of layers, indexed like nn.Sequential.

A network is a list of tuples; position N of the list is `model.N` in the
parameters' names. README.md beside this file shows every list written out.
"""

import jax.numpy as jnp

from . import layers
from .pattern import Pattern

SLOPE = 0.2
CLASSES = 10


def conv(i, o, kernel, stride, padding, bias=False):
    return ("conv", i, o, kernel, stride, padding, bias)


def conv_t(i, o, kernel, stride, padding, bias=False):
    return ("conv_t", i, o, kernel, stride, padding, bias)


def dcgan_generator(width, latent, channels=1, leaky=False):
    """[N, latent, 1, 1] -> [N, channels, 32, 32] in (-1, 1)."""
    w, act = width, ("leaky_relu",) if leaky else ("relu",)
    return [
        conv_t(latent, 4 * w, 4, 1, 0), ("batch_norm", 4 * w), act,
        conv_t(4 * w, 2 * w, 4, 2, 1), ("batch_norm", 2 * w), act,
        conv_t(2 * w, w, 4, 2, 1), ("batch_norm", w), act,
        conv_t(w, channels, 4, 2, 1), ("tanh",),
    ]  # fmt: skip


def linear_stem_generator(width, latent, channels=3):
    """[N, latent] -> [N, channels, 32, 32] in (-1, 1)."""
    w, stem = width, 4 * width * 4 * 4
    return [
        ("linear", latent, stem), ("batch_norm", stem), ("relu",), ("unflatten", (4 * w, 4, 4)),
        conv_t(4 * w, 2 * w, 4, 2, 1), ("batch_norm", 2 * w), ("relu",),
        conv_t(2 * w, w, 4, 2, 1), ("batch_norm", w), ("relu",),
        conv_t(w, channels, 4, 2, 1), ("tanh",),
    ]  # fmt: skip


def dcgan_discriminator(width, channels=1):
    """[N, channels, 32, 32] -> logits [N, 1]."""
    w, act = width, ("leaky_relu",)
    return [
        conv(channels, w, 4, 2, 1), act,
        conv(w, 2 * w, 4, 2, 1), ("batch_norm", 2 * w), act,
        conv(2 * w, 4 * w, 4, 2, 1), ("batch_norm", 4 * w), act,
        conv(4 * w, 1, 4, 1, 0),
    ]  # fmt: skip


def critic(width, channels=1, bias=True):
    """The DCGAN discriminator without BatchNorm: [N, channels, 32, 32] -> [N, 1]."""
    w, act = width, ("leaky_relu",)
    return [
        conv(channels, w, 4, 2, 1, bias), act,
        conv(w, 2 * w, 4, 2, 1, bias), act,
        conv(2 * w, 4 * w, 4, 2, 1, bias), act,
        conv(4 * w, 1, 4, 1, 0, bias),
    ]  # fmt: skip


def fully_connected_generator(width, latent, pixels=1024):
    """[N, latent] -> [N, 1, 32, 32] in (-1, 1)."""
    w, act = width, ("leaky_relu",)
    return [
        ("linear", latent, 8 * w), act,
        ("linear", 8 * w, 16 * w), act,
        ("linear", 16 * w, 32 * w), act,
        ("linear", 32 * w, pixels), ("tanh",), ("unflatten", (1, 32, 32)),
    ]  # fmt: skip


def fully_connected_discriminator(width, pixels=1024):
    """[N, 1, 32, 32] -> logits [N, 1]."""
    w, act = width, ("leaky_relu",)
    return [
        ("flatten",),
        ("linear", pixels, 32 * w), act,
        ("linear", 32 * w, 16 * w), act,
        ("linear", 16 * w, 8 * w), act,
        ("linear", 8 * w, 1),
    ]  # fmt: skip


def vae_trunk(width, channels=1):
    """The discriminator's convolutions without the last: [N, c, 32, 32] -> [N, 64 w]."""
    return dcgan_discriminator(width, channels)[:-1] + [("flatten",)]


def residual(channels):
    """x + block(x)."""
    c = channels
    block = [
        conv(c, c, 3, 1, 1), ("instance_norm",), ("relu",),
        conv(c, c, 3, 1, 1), ("instance_norm",),
    ]  # fmt: skip
    return ("residual", block)


def translator(width, channels=1):
    """CycleGAN's generator: images [N, c, 32, 32] -> images of the other domain."""
    w = width
    return [
        conv(channels, w, 3, 1, 1), ("instance_norm",), ("relu",),
        conv(w, 2 * w, 3, 2, 1), ("instance_norm",), ("relu",),
        residual(2 * w), residual(2 * w),
        conv_t(2 * w, w, 4, 2, 1), ("instance_norm",), ("relu",),
        conv(w, channels, 3, 1, 1, True), ("tanh",),
    ]  # fmt: skip


def _shapes(spec, prefix):
    """(name, shape, kind) of every parameter and buffer, in PyTorch's order."""
    for index, layer in enumerate(spec):
        name, kind = f"{prefix}.{index}", layer[0]
        if kind == "residual":
            yield from _shapes(layer[1], f"{name}.block")
        elif kind in ("conv", "conv_t"):
            _, i, o, k, _, _, bias = layer
            shape = (o, i, k, k) if kind == "conv" else (i, o, k, k)
            yield f"{name}.weight", shape, "weight"
            if bias:
                yield f"{name}.bias", (o,), "bias"
        elif kind == "linear":
            yield f"{name}.weight", (layer[2], layer[1]), "weight"
            yield f"{name}.bias", (layer[2],), "bias"
        elif kind == "batch_norm":
            yield f"{name}.weight", (layer[1],), "scale"
            yield f"{name}.bias", (layer[1],), "bias"
            yield f"{name}.running_mean", (layer[1],), "mean"
            yield f"{name}.running_var", (layer[1],), "var"


def initial(spec, prefix, salt, spectral=False, weight_scale=0.3, embedding=None):
    """Recipes of all parameters and buffers; each takes the next salt.

    weights and biases: scale `weight_scale`; BatchNorm weight: 1 + 0.5 v; running
    mean 0.2 v; running var 1 + 0.5 v; the spectral norm's u (shape [out]) scale 1.
    `embedding` (position of a layer, numbers a class) adds `embedding.weight` [10, numbers]
    directly after that layer's weight, under the network's name and not `model`'s.
    """
    scales = {
        "weight": (weight_scale, 0.0),
        "bias": (weight_scale, 0.0),
        "scale": (0.5, 1.0),
        "mean": (0.2, 0.0),
        "var": (0.5, 1.0),
    }
    parameters, buffers = {}, {}
    for name, shape, kind in _shapes(spec, prefix):
        scale, offset = scales[kind]
        group = buffers if kind in ("mean", "var") else parameters
        group[name] = Pattern(shape, salt, scale, offset)
        salt += 1
        if spectral and kind == "weight":
            buffers[f"{name}_u"] = Pattern(shape[:1], salt, 1.0)
            salt += 1
        if embedding and name == f"{prefix}.{embedding[0]}.weight":
            network = prefix.removesuffix(".model")
            parameters[f"{network}.embedding.weight"] = Pattern(
                (CLASSES, embedding[1]), salt, weight_scale
            )
            salt += 1
    return parameters, buffers, salt


def forward(spec, prefix, parameters, buffers, x, training=True, stem=None):
    """One pass: (output, buffers after it, input of the last weighted layer).

    Without `training`, BatchNorm uses its running statistics and nothing advances.
    `stem` [N, numbers] is added to what the first layer makes, in that shape.
    """
    buffers = dict(buffers)
    features = None
    for index, layer in enumerate(spec):
        name, kind = f"{prefix}.{index}", layer[0]
        if kind in ("conv", "conv_t", "linear"):
            features = x
            weight, bias = parameters[f"{name}.weight"], parameters.get(f"{name}.bias")
            u = buffers.get(f"{name}.weight_u")
            if u is not None:
                weight, _, u, _ = layers.spectral_norm(weight, u)
                buffers[f"{name}.weight_u"] = u
        if kind == "conv":
            x = layers.conv2d(x, weight, bias, layer[4], layer[5])
        elif kind == "conv_t":
            x = layers.conv_transpose2d(x, weight, bias, layer[4], layer[5])
        elif kind == "linear":
            x = layers.linear(x, weight, bias)
        elif kind == "batch_norm":
            affine = parameters[f"{name}.weight"], parameters[f"{name}.bias"]
            mean, var = buffers[f"{name}.running_mean"], buffers[f"{name}.running_var"]
            if training:
                x, mean, var = layers.batch_norm(x, *affine, mean, var)
                buffers[f"{name}.running_mean"], buffers[f"{name}.running_var"] = mean, var
            else:
                x = layers.batch_norm_fixed(x, *affine, mean, var)
        elif kind == "instance_norm":
            x = layers.instance_norm(x)
        elif kind == "relu":
            x = layers.relu(x)
        elif kind == "leaky_relu":
            x = layers.leaky_relu(x, SLOPE)
        elif kind == "tanh":
            x = jnp.tanh(x)
        elif kind == "flatten":
            x = x.reshape(x.shape[0], -1)
        elif kind == "unflatten":
            x = x.reshape((x.shape[0],) + layer[1])
        elif kind == "residual":
            inner, _, _ = forward(layer[1], f"{name}.block", parameters, {}, x)
            x = x + inner
        else:
            raise ValueError(kind)
        if index == 0 and stem is not None:
            x = x + stem.reshape(x.shape)
    return x, buffers, features.reshape(features.shape[0], -1)


def describe(spec):
    """The list as text, for the golden file and for people."""
    return [
        [layer[0], describe(layer[1])] if layer[0] == "residual" else list(layer) for layer in spec
    ]
