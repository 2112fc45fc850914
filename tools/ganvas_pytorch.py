"""Ganvas' checkpoints in PyTorch: the networks of every model, and the way back.

    python tools/ganvas_pytorch.py draw run.safetensors --png digits.png
    python tools/ganvas_pytorch.py convert generator.pt run.safetensors \\
        --experiment '{"model": "dcgan", "width": 64, "latent_dim": 100}'

From Python:

    from ganvas_pytorch import latents, load, to_bytes

    experiment, networks = load("run.safetensors")
    images = networks["generator"](latents(experiment, 64))  # [64, 1, 32, 32] in [-1, 1]
    digits = to_bytes(images)                                # [64, 28, 28] of 0 to 255

This file needs nothing beside it: `pip install -r tools/requirements-pytorch.txt`, or
torch, safetensors, numpy and pillow of about those versions.
"""

import argparse
import json
from itertools import pairwise

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import nn

CLASSES = 10
SLOPE = 0.2
VERSION = "1"


class Stack(nn.Module):
    """Layers under the name `model`: tensors are then named as in a checkpoint."""

    def __init__(self, layers):
        super().__init__()
        self.model = nn.Sequential(*layers)

    def forward(self, x):
        return self.model(x)


class Generator(Stack):
    """z [N, latent_dim], and labels [N] where the model has classes -> images.

    A class is told by an embedding, which is added to what the first layer makes, or, without
    one, by a one-hot vector after z.
    """

    def __init__(self, layers, embedding=None):
        super().__init__(layers)
        self.embedding = embedding

    def forward(self, z, labels=None):
        if labels is not None and self.embedding is None:
            z = torch.cat([z, one_hot(labels, z)], 1)
        if isinstance(self.model[0], nn.ConvTranspose2d):
            z = z[:, :, None, None]
        x = self.model[0](z)
        if self.embedding is not None:
            x = x + self.embedding(labels).view_as(x)
        return self.model[1:](x)


class Discriminator(Stack):
    """Images, and labels [N] where the model has classes -> logits [N, 1].

    A class is told by a projection (Miyato and Koyama, 2018): the product of an embedding
    with the features that the last layer reads is added to the logit. Without an embedding
    it is told by planes after the image's channels.
    """

    def __init__(self, layers, embedding=None):
        super().__init__(layers)
        self.embedding = embedding

    def forward(self, images, labels=None):
        if labels is not None and self.embedding is None:
            planes = one_hot(labels, images)[:, :, None, None]
            images = torch.cat([images, planes.expand(-1, -1, *images.shape[2:])], 1)
        features = self.model[:-1](images)
        logits = self.model[-1](features).flatten(1)
        if self.embedding is not None:
            logits = logits + (self.embedding(labels) * features.flatten(1)).sum(1, keepdim=True)
        return logits


class Encoder(Stack):
    """Images -> mean and logarithm of the variance of z, [N, latent_dim] each."""

    def __init__(self, layers, features, latent_dim):
        super().__init__(layers)
        self.mu = nn.Linear(features, latent_dim)
        self.logvar = nn.Linear(features, latent_dim)

    def forward(self, images):
        features = self.model(images)
        return self.mu(features), self.logvar(features)


class Residual(nn.Module):
    """x + block(x)."""

    def __init__(self, channels):
        super().__init__()
        self.block = nn.Sequential(
            nn.Conv2d(channels, channels, 3, 1, 1, bias=False),
            nn.InstanceNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, 1, 1, bias=False),
            nn.InstanceNorm2d(channels),
        )

    def forward(self, x):
        return x + self.block(x)


def one_hot(labels, like):
    return nn.functional.one_hot(labels, CLASSES).to(like.dtype)


def stages(width, side):
    """Channels between 4x4 and the image, widest first: 4w, 2w, w at side 32; 8w, … at 64."""
    doublings = {32: 3, 64: 4}.get(side)
    if doublings is None:
        raise ValueError(f"image_size must be 32 or 64, not {side}")
    return [width << i for i in reversed(range(doublings))]


def class_embedding(width, side):
    """A row for each class, of as many numbers as the widest image of a DCGAN has."""
    return nn.Embedding(CLASSES, 4 * 4 * stages(width, side)[0])


def dcgan_generator(width, inputs, channels=1, side=32, activation=nn.ReLU, embedding=None):
    widths = stages(width, side)
    stem = [nn.ConvTranspose2d(inputs, widths[0], 4, 1, 0, bias=False)]
    stem += [nn.BatchNorm2d(widths[0]), activation()]
    return Generator(stem + upsampling(widths, channels, activation), embedding)


def linear_stem_generator(width, inputs, channels=3, side=32, activation=nn.ReLU):
    widths = stages(width, side)
    size = 4 * 4 * widths[0]
    stem = [nn.Linear(inputs, size), nn.BatchNorm1d(size), activation()]
    stem += [nn.Unflatten(1, (widths[0], 4, 4))]
    return Generator(stem + upsampling(widths, channels, activation))


def upsampling(widths, channels, activation):
    layers = []
    for i, o in pairwise(widths):
        layers += [nn.ConvTranspose2d(i, o, 4, 2, 1, bias=False), nn.BatchNorm2d(o), activation()]
    return [*layers, nn.ConvTranspose2d(widths[-1], channels, 4, 2, 1, bias=False), nn.Tanh()]


def downsampling(width, channels, side, batch_norm=True, bias=False):
    widths = stages(width, side)[::-1]
    layers = [nn.Conv2d(channels, width, 4, 2, 1, bias=bias), nn.LeakyReLU(SLOPE)]
    for i, o in pairwise(widths):
        layers += [nn.Conv2d(i, o, 4, 2, 1, bias=bias)]
        layers += [nn.BatchNorm2d(o)] if batch_norm else []
        layers += [nn.LeakyReLU(SLOPE)]
    return layers, widths[-1]


def dcgan_discriminator(width, channels=1, side=32, embedding=None):
    layers, top = downsampling(width, channels, side)
    return Discriminator([*layers, nn.Conv2d(top, 1, 4, 1, 0, bias=False)], embedding)


def critic(width, channels=1, side=32):
    """A Wasserstein critic: biases, no BatchNorm."""
    layers, top = downsampling(width, channels, side, batch_norm=False, bias=True)
    return Discriminator([*layers, nn.Conv2d(top, 1, 4, 1, 0)])


def fully_connected_generator(width, inputs, side=32):
    layers = fully_connected([inputs, 8 * width, 16 * width, 32 * width, side * side])
    return Generator([*layers, nn.Tanh(), nn.Unflatten(1, (1, side, side))])


def fully_connected_discriminator(width, side=32):
    layers = fully_connected([side * side, 32 * width, 16 * width, 8 * width, 1])
    return Discriminator([nn.Flatten(), *layers])


def fully_connected(sizes):
    layers = []
    for i, o in pairwise(sizes):
        layers += [nn.Linear(i, o), nn.LeakyReLU(SLOPE)]
    return layers[:-1]


def perceptron(width, inputs, outputs, activation):
    """Of the plane: three hidden layers, and nothing at the end."""
    sizes = [inputs, width, width, width]
    layers = [layer for i, o in pairwise(sizes) for layer in (nn.Linear(i, o), activation())]
    return [*layers, nn.Linear(width, outputs)]


def vae_encoder(width, latent_dim, channels=1, side=32):
    layers, top = downsampling(width, channels, side)
    return Encoder([*layers, nn.Flatten()], 4 * 4 * top, latent_dim)


def translator(width, channels=1, side=32):
    """CycleGAN's generator: halved to 16x16, two residual blocks, and doubled again."""
    widths = [width << i for i in range(len(stages(width, side)) - 1)]

    def normed(layer, size):
        return [layer, nn.InstanceNorm2d(size), nn.ReLU()]

    layers = normed(nn.Conv2d(channels, width, 3, 1, 1, bias=False), width)
    for i, o in pairwise(widths):
        layers += normed(nn.Conv2d(i, o, 3, 2, 1, bias=False), o)
    layers += [Residual(widths[-1]), Residual(widths[-1])]
    for i, o in pairwise(widths[::-1]):
        layers += normed(nn.ConvTranspose2d(i, o, 4, 2, 1, bias=False), o)
    return Stack([*layers, nn.Conv2d(width, channels, 3, 1, 1), nn.Tanh()])


def with_spectral_norm(network):
    """Every weight of a linear map is divided by its largest singular value."""
    for layer in network.modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear, nn.Embedding)):
            nn.utils.spectral_norm(layer)
    return network


def build(experiment):
    """The networks of an experiment, by the names that a checkpoint gives them.

    What the experiment leaves out is as in the first checkpoints: images of 32x32, classes
    told by concatenation. Weights start as in Ganvas: N(0, 0.02²) in convolutions without
    bias and in embeddings, N(1, 0.02²) in BatchNorm, PyTorch's own elsewhere.
    """
    model, width = need(experiment, "model"), need(experiment, "width")
    side = experiment.get("image_size", 32)
    leaky = experiment.get("generator_activation", "relu") == "leaky_relu"
    activation = (lambda: nn.LeakyReLU(SLOPE)) if leaky else nn.ReLU
    z = None if model == "cyclegan" else need(experiment, "latent_dim")

    def dcgan(inputs, embedding=None):
        return dcgan_generator(width, inputs, 1, side, activation, embedding)

    match model:
        case "dcgan":
            networks = {"generator": dcgan(z), "discriminator": dcgan_discriminator(width, 1, side)}
        case "gan":
            networks = {
                "generator": fully_connected_generator(width, z, side),
                "discriminator": fully_connected_discriminator(width, side),
            }
        case "dcgan_linear":
            networks = {
                "generator": linear_stem_generator(width, z, 3, side, activation),
                "discriminator": dcgan_discriminator(width, 3, side),
            }
        case "conditional" if experiment.get("conditioning") == "projection":
            networks = {
                "generator": dcgan(z, class_embedding(width, side)),
                "discriminator": dcgan_discriminator(
                    width, 1, side, class_embedding(width, side)
                ),
            }
        case "conditional":
            networks = {
                "generator": dcgan(z + CLASSES),
                "discriminator": dcgan_discriminator(width, 1 + CLASSES, side),
            }
        case "wgan" | "wgan_gp":
            networks = {"generator": dcgan(z), "discriminator": critic(width, 1, side)}
        case "vae":
            networks = {
                "encoder": vae_encoder(width, z, 1, side),
                "decoder": dcgan_generator(width, z, 1, side),
            }
        case "cyclegan":
            networks = {f"generator_{way}": translator(width, 1, side) for way in ("ab", "ba")}
            for domain in "ab":
                networks[f"discriminator_{domain}"] = dcgan_discriminator(width, 1, side)
        case "plane":
            judge = perceptron(width, 2, 1, lambda: nn.LeakyReLU(SLOPE))
            networks = {
                "generator": Generator(perceptron(width, z, 2, activation)),
                "discriminator": Discriminator(judge),
            }
        case _:
            raise ValueError(f"no such model: {model}")
    for name, network in networks.items():
        network.apply(initialise)
        if experiment.get("spectral_norm") and name.startswith("discriminator"):
            with_spectral_norm(network)
    return networks


def need(experiment, field):
    if field not in experiment:
        raise ValueError(f"the experiment does not say its {field}")
    return experiment[field]


def initialise(layer):
    if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)) and layer.bias is None:
        nn.init.normal_(layer.weight, 0.0, 0.02)
    if isinstance(layer, nn.Embedding):
        nn.init.normal_(layer.weight, 0.0, 0.02)
    if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
        nn.init.normal_(layer.weight, 1.0, 0.02)


def load(path, averaged=False):
    """(experiment, networks in evaluation mode) of a checkpoint, of either precision.

    Every tensor of the networks must be in the file, and no other but averages and Adam's
    state. With `averaged`, networks whose average is in the file get that in place of their
    parameters. BatchNorm's running statistics are those of the parameters even then, since
    the file holds no others: `measure` makes those of the average.
    """
    with safe_open(path, framework="pt") as file:
        metadata = file.metadata() or {}
    if metadata.get("ganvas") != VERSION or "experiment" not in metadata:
        raise ValueError(f"{path} holds tensors, but no run of Ganvas (format version {VERSION})")
    experiment = json.loads(metadata["experiment"])
    tensors = {k: t for k, t in load_file(path).items() if not k.startswith("optimizer.")}
    networks = build(experiment)
    for name, network in networks.items():
        own, tensors = part(tensors, f"{name}.")
        average, tensors = part(tensors, f"average.{name}.")
        learnt = {k.removesuffix("_orig") for k, _ in network.named_parameters()}
        if average and set(average) != learnt:
            raise ValueError(f"the average of {name} lacks tensors or has too many")
        if averaged:
            own.update(average)
        network.load_state_dict(from_ganvas(own), strict=True)
        network.eval()
    if tensors:
        raise ValueError(f"{next(iter(tensors))} belongs to no network of {experiment['model']}")
    return experiment, networks


def part(tensors, prefix):
    """The tensors under a prefix, without it, and the others."""
    own = {k.removeprefix(prefix): t for k, t in tensors.items() if k.startswith(prefix)}
    return own, {k: t for k, t in tensors.items() if not k.startswith(prefix)}


@torch.no_grad()
def measure(experiment, networks, z):
    """Gives the generator (VAE: decoder) the running statistics of one pass over latents.

    That is how Ganvas draws with an average: from 64 fixed latents of its own, with the
    classes 0 to 9 in turn. CycleGAN's generators have no running statistics.
    """
    network = networks.get("generator", networks.get("decoder"))
    if network is None:
        return
    norms = [m for m in network.modules() if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d))]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.momentum = 1.0
    network.train()
    draw(experiment, networks, z)
    network.eval()
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum


def from_ganvas(tensors):
    """One network's tensors under PyTorch's names.

    They are the same but for spectral normalisation, where PyTorch stores the raw weight
    as `weight_orig`, and both singular vectors. The right one follows from the left one.
    """
    named = {}
    for name, tensor in tensors.items():
        direction = tensors.get(f"{name}_u")
        if direction is None:
            named[name] = tensor
        else:
            named[f"{name}_orig"] = tensor
            right = tensor.float().flatten(1).T @ direction.float()
            named[f"{name}_v"] = nn.functional.normalize(right, dim=0, eps=1e-12)
    return named


def to_ganvas(tensors):
    """The way back: one network's `state_dict` under Ganvas' names."""
    return {k.removesuffix("_orig"): t for k, t in tensors.items() if not k.endswith("weight_v")}


def save(path, experiment, **state_dicts):
    """Writes a file that Ganvas loads, from `state_dict`s by network.

    `experiment` names at least the model, its width and, but for CycleGAN, its latent_dim;
    what it leaves out has the model's defaults. A network that is not given starts anew:
    from a generator alone Ganvas draws what PyTorch draws, and goes on training against a
    fresh discriminator. There is no optimizer state either. Names may lack `model.`, as in
    the `state_dict` of a bare nn.Sequential.
    """
    networks = build(experiment)
    unknown = set(state_dicts) - set(networks)
    if unknown:
        raise ValueError(
            f"{experiment['model']} has no {unknown.pop()}; it has {', '.join(networks)}"
        )
    file = {}
    for name, network in networks.items():
        given = state_dicts.get(name)
        if given is not None:
            bare = {k if not k[0].isdigit() else f"model.{k}": t for k, t in given.items()}
            network.load_state_dict(bare, strict=True)
        for key, tensor in to_ganvas(network.state_dict()).items():
            counts = tensor.dtype == torch.int64
            file[f"{name}.{key}"] = (tensor if counts else tensor.float()).contiguous()
    metadata = {
        "format": "pt",
        "ganvas": VERSION,
        "experiment": json.dumps(experiment),
        "step": "0",
        "discriminator_updates": "0",
    }
    save_file(file, path, metadata)


def latents(experiment, count, seed=0):
    """z from the prior N(0, I), [count, latent_dim]."""
    source = torch.Generator().manual_seed(seed)
    return torch.randn(count, experiment["latent_dim"], generator=source)


@torch.no_grad()
def draw(experiment, networks, z):
    """Images of latents, [N, channels, side, side]; a conditional model draws 0 to 9 in turn.

    Of a model that lives in the plane points, [N, 2].
    """
    if experiment["model"] == "conditional":
        return networks["generator"](z, torch.arange(len(z)) % CLASSES)
    return networks["decoder" if experiment["model"] == "vae" else "generator"](z)


def to_bytes(images):
    """[N, 28, 28] (of colours [N, 28, 28, 3]) of 0 to 255; the padding is cut off.

    Images of side 64 become 56x56: the padding is a sixteenth of the side all around.
    """
    margin = images.shape[-1] // 16
    inner = images[:, :, margin:-margin, margin:-margin]
    grey = ((inner + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)
    return grey.permute(0, 2, 3, 1).squeeze(-1).numpy()


def from_bytes(digits, side=32):
    """[N, 28, 28] of 0 to 255 -> [N, 1, side, side] in [-1, 1], as the networks see images.

    For side 64 digits are enlarged by bilinear interpolation.
    """
    signed = (torch.from_numpy(digits.astype(np.float32)) / 127.5 - 1)[:, None]
    scale = side // 32
    if scale > 1:
        signed = nn.functional.interpolate(signed, scale_factor=scale, mode="bilinear")
    return nn.functional.pad(signed, (2 * scale,) * 4, value=-1.0)


def picture(digits, path):
    """One picture of all digits, about as wide as high."""
    from PIL import Image

    count, height, width = digits.shape[:3]
    columns = int(np.ceil(np.sqrt(count)))
    rows = -(-count // columns)
    sheet = np.zeros((rows * height, columns * width, *digits.shape[3:]), np.uint8)
    for i, digit in enumerate(digits):
        y, x = i // columns * height, i % columns * width
        sheet[y : y + height, x : x + width] = digit
    Image.fromarray(sheet).save(path)


def scatter(points, path, side=512, reach=3.0):
    """One picture of points of the plane, from -reach to reach."""
    from PIL import Image

    sheet = np.full((side, side), 255, np.uint8)
    places = ((points / reach * [1, -1] + 1) / 2 * side).round().astype(int)
    for x, y in places[((places >= 1) & (places < side - 1)).all(1)]:
        sheet[y - 1 : y + 2, x - 1 : x + 2] = 0
    Image.fromarray(sheet).save(path)


def read_idx(path, count):
    """The first images of an IDX file, [count, 28, 28]."""
    import gzip

    with (gzip.open if str(path).endswith(".gz") else open)(path, "rb") as file:
        _, _, height, width = np.frombuffer(file.read(16), ">i4")
        pixels = np.frombuffer(file.read(count * height * width), np.uint8)
    return pixels.reshape(-1, height, width)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("draw", help="draw digits from a checkpoint")
    command.add_argument("checkpoint")
    command.add_argument("--png", default="digits.png")
    command.add_argument("--count", type=int, default=64)
    command.add_argument("--seed", type=int, default=0)
    command.add_argument(
        "--averaged", action="store_true", help="draw with the average of the weights"
    )
    command.add_argument(
        "--images", help="CycleGAN: IDX file of the handwritten digits to translate"
    )
    command = commands.add_parser(
        "convert", help="make a file for Ganvas from a generator's state_dict"
    )
    command.add_argument("state_dict", help="written by torch.save, or safetensors")
    command.add_argument("checkpoint", help="the file to write")
    command.add_argument("--experiment", required=True, type=json.loads, metavar="JSON")
    command.add_argument("--network", default="generator", help="whose it is (VAE: decoder)")
    arguments = parser.parse_args()
    if arguments.command == "convert":
        safe = arguments.state_dict.endswith(".safetensors")
        read = load_file if safe else lambda path: torch.load(path, map_location="cpu")
        save(
            arguments.checkpoint,
            arguments.experiment,
            **{arguments.network: read(arguments.state_dict)},
        )
        print(f"wrote {arguments.checkpoint}")
        return
    experiment, networks = load(arguments.checkpoint, arguments.averaged)
    if experiment["model"] == "cyclegan":
        if not arguments.images:
            parser.error("cyclegan draws nothing by itself: name digits to translate with --images")
        with torch.no_grad():
            digits = read_idx(arguments.images, arguments.count)
            images = networks["generator_ba"](from_bytes(digits, experiment.get("image_size", 32)))
    else:
        if arguments.averaged:
            measure(experiment, networks, latents(experiment, 64, arguments.seed + 1))
        images = draw(experiment, networks, latents(experiment, arguments.count, arguments.seed))
    if experiment["model"] == "plane":
        scatter(images.numpy(), arguments.png)
        print(f"wrote {len(images)} points to {arguments.png}")
        return
    picture(to_bytes(images), arguments.png)
    print(f"wrote {len(images)} digits to {arguments.png}")


if __name__ == "__main__":
    main()
