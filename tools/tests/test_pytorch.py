"""tools/ganvas_pytorch.py against Ganvas itself and against the golden numbers.

    python tools/tests/run.py

Needs what tools/requirements-pytorch.txt lists, and cargo: checkpoints are made and drawn
by Ganvas' own programs.
"""

import functools
import json
import os
import subprocess
import sys
import tempfile
import unittest

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file

TOOLS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
REPOSITORY = os.path.dirname(TOOLS)
GOLDEN = os.path.join(REPOSITORY, "crates", "ganvas-core", "tests", "golden")
sys.path.insert(0, TOOLS)

import ganvas_pytorch as ganvas  # noqa: E402
from ganvas_reference.pattern import pattern  # noqa: E402

SMALL = {"dataset": "procedural", "width": 2, "batch_size": 4, "latent_dim": 6}
# Every model, and what else changes a network. CycleGAN's latent_dim does nothing.
EXPERIMENTS = {
    "dcgan": {},
    "dcgan with LeakyReLU": {"model": "dcgan", "generator_activation": "leaky_relu"},
    "dcgan with spectral norm": {"model": "dcgan", "spectral_norm": True},
    "gan": {},
    "gan with spectral norm": {"model": "gan", "spectral_norm": True},
    "dcgan_linear": {},
    "conditional by projection": {"model": "conditional", "conditioning": "projection"},
    "conditional by concatenation": {"model": "conditional", "conditioning": "concatenation"},
    "conditional with spectral norm": {
        "model": "conditional", "conditioning": "projection", "spectral_norm": True
    },
    "wgan": {},
    "wgan_gp": {},
    "vae": {},
    "cyclegan": {},
    "cyclegan with spectral norm": {"model": "cyclegan", "spectral_norm": True},
    "dcgan at 64": {"model": "dcgan", "image_size": 64},
    "conditional at 64": {"model": "conditional", "conditioning": "projection", "image_size": 64},
    "vae at 64": {"model": "vae", "image_size": 64},
}  # fmt: skip


@functools.cache
def programs():
    """Paths of ganvas-core's examples, built as `cargo xtask test` builds them."""
    command = ["cargo", "build", "--quiet", "--workspace", "--exclude", "ganvas-web",
               "--example", "train", "--example", "sample", "--message-format", "json"]  # fmt: skip
    done = subprocess.run(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True, check=True)
    messages = [json.loads(line) for line in done.stdout.splitlines()]
    return {m["target"]["name"]: m["executable"] for m in messages if m.get("executable")}


def example(name, *arguments):
    command = [programs()[name], *arguments]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def experiment_of(name):
    settings = {"model": name, **SMALL, **EXPERIMENTS[name]}
    if settings["model"] == "cyclegan":
        del settings["latent_dim"]
    return settings


def train(folder, name, *options):
    path = os.path.join(folder, f"{name}.safetensors")
    settings = json.dumps(experiment_of(name))
    example("train", "--steps", "3", "--experiment", settings, "--out", path, *options)
    return path


def embolden(path):
    """Other numbers in a checkpoint's tensors: small networks hardly trained draw plain grey."""
    with safe_open(path, framework="pt") as file:
        metadata = file.metadata()
    source = torch.Generator().manual_seed(7)
    tensors = load_file(path)
    for name, tensor in tensors.items():
        if not name.startswith("optimizer.") and tensor.is_floating_point():
            noise = 0.4 * torch.randn(tensor.shape, generator=source)
            # BatchNorm's weights and variances are around 1, and above 0.
            around_one = name.endswith("running_var") or name.endswith("weight") and noise.ndim == 1
            tensors[name] = ((1 + noise).abs() if around_one else noise).to(tensor.dtype)
    ganvas.save_file(tensors, path, metadata)


def drawn_by_ganvas(path, *options, count=24):
    """(images [count, 28, 28, channels], latents by name)."""
    tensors = os.path.splitext(path)[0] + "-drawn.safetensors"
    picture = os.path.splitext(path)[0] + ".png"
    example("sample", "--checkpoint", path, "--count", str(count), "--seed", "3",
            "--png", picture, "--tensors", tensors, *options)  # fmt: skip
    file = load_file(tensors)
    return file.pop("images").numpy(), file


class Pictures(unittest.TestCase):
    """The same latents give the same pictures: at most one grey level apart."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def compare(self, ours, theirs):
        self.assertEqual(ours.shape, theirs.shape)
        self.assertGreater(theirs.std(), 10, "the pictures are blank")
        apart = np.abs(ours.astype(int) - theirs.astype(int))
        self.assertLessEqual(apart.max(), 1)
        # One level is a matter of rounding, and rare.
        self.assertLess((apart > 0).mean(), 0.001)

    def check(self, path, averaged=False):
        experiment, networks = ganvas.load(path, averaged)
        theirs, latents = drawn_by_ganvas(path, *([] if averaged else ["--raw"]))
        if experiment["model"] == "cyclegan":
            drawn, translated, real, back = (theirs[i::4, :, :, 0] for i in range(4))
            for way, before, after in (("ab", drawn, translated), ("ba", real, back)):
                with torch.no_grad():
                    images = networks[f"generator_{way}"](ganvas.from_bytes(before))
                self.compare(ganvas.to_bytes(images), after)
        else:
            if averaged:
                ganvas.measure(experiment, networks, latents["measuring_latents"])
            ours = ganvas.to_bytes(ganvas.draw(experiment, networks, latents["latents"]))
            self.compare(ours.reshape(theirs.shape), theirs)

    def test_every_model(self):
        for name in EXPERIMENTS:
            path = train(self.folder, name)
            embolden(path)
            for averaged in (False, True):
                with self.subTest(name, averaged=averaged):
                    self.check(path, averaged)

    def test_points_of_the_plane(self):
        for name, more in (
            ("ring", {}),
            ("grid", {"latent_dim": 1, "width": 8, "generator_activation": "leaky_relu"}),
            ("moons", {"spectral_norm": True}),
        ):
            path = os.path.join(self.folder, f"{name}.safetensors")
            settings = {"model": "plane", "dataset": name, "latent_dim": 2, "batch_size": 8, **more}
            example("train", "--steps", "3", "--experiment", json.dumps(settings), "--out", path)
            for averaged in (False, True):
                with self.subTest(name, averaged=averaged):
                    experiment, networks = ganvas.load(path, averaged)
                    tensors = os.path.join(self.folder, "points.safetensors")
                    example("sample", "--checkpoint", path, "--count", "50", "--seed", "3",
                            "--png", os.path.join(self.folder, "points.png"),
                            "--tensors", tensors, *([] if averaged else ["--raw"]))  # fmt: skip
                    theirs = load_file(tensors)
                    ours = ganvas.draw(experiment, networks, theirs["latents"])
                    self.assertEqual(ours.shape, (50, 2))
                    self.assertGreater(ours.std(), 0.01)
                    np.testing.assert_allclose(ours, theirs["points"], rtol=1e-5, atol=1e-6)
            script = os.path.join(TOOLS, "ganvas_pytorch.py")
            picture = os.path.join(self.folder, "scatter.png")
            subprocess.run([sys.executable, script, "draw", path, "--png", picture],
                           check=True, capture_output=True)  # fmt: skip
            from PIL import Image

            self.assertEqual(Image.open(picture).size, (512, 512))

    def test_the_average_is_not_what_is_trained(self):
        path = train(self.folder, "dcgan")
        embolden(path)
        raw, averaged = (ganvas.load(path, which)[1]["generator"] for which in (False, True))
        for (name, a), b in zip(raw.named_parameters(), averaged.parameters(), strict=True):
            self.assertFalse(torch.equal(a, b), name)
        # The file has no running statistics of the average.
        for a, b in zip(raw.buffers(), averaged.buffers(), strict=True):
            self.assertTrue(torch.equal(a, b))

    def test_translators_of_side_64_load(self):
        # What they are given is enlarged: bytes of a picture do not say it exactly.
        EXPERIMENTS["cyclegan at 64"] = {"model": "cyclegan", "image_size": 64}
        self.addCleanup(EXPERIMENTS.pop, "cyclegan at 64")
        _, networks = ganvas.load(train(self.folder, "cyclegan at 64"))
        self.assertEqual(len(networks), 4)

    def test_half_precision(self):
        path = train(self.folder, "dcgan", "--half")
        embolden(path)
        self.check(path)
        self.check(path, averaged=True)

    def test_what_pytorch_writes_is_drawn_by_ganvas(self):
        for name in EXPERIMENTS:
            with self.subTest(name):
                experiment = experiment_of(name)
                path = os.path.join(self.folder, f"{name}.safetensors")
                torch.manual_seed(1)
                networks = ganvas.build(experiment)
                ganvas.save(path, experiment, **{k: n.state_dict() for k, n in networks.items()})
                embolden(path)
                self.check(path)

    def test_a_generator_alone_makes_a_file_that_trains_on(self):
        experiment = experiment_of("dcgan")
        torch.manual_seed(2)
        # A bare nn.Sequential, whose names begin with numbers.
        generator = ganvas.build(experiment)["generator"].model
        for parameter in generator.parameters():
            torch.nn.init.normal_(parameter, 1.0 if parameter.ndim == 1 else 0.0, 0.3)
        source, path = (os.path.join(self.folder, name) for name in ("g.pt", "g.safetensors"))
        torch.save(generator.state_dict(), source)
        script = os.path.join(TOOLS, "ganvas_pytorch.py")
        subprocess.run(
            [sys.executable, script, "convert", source, path, "--experiment", json.dumps(experiment)],
            check=True, capture_output=True,
        )  # fmt: skip
        theirs, latents = drawn_by_ganvas(path)
        with torch.no_grad():
            images = generator.eval()(latents["latents"][:, :, None, None])
        self.compare(ganvas.to_bytes(images).reshape(theirs.shape), theirs)
        trained = os.path.join(self.folder, "trained.safetensors")
        example("train", "--resume", path, "--steps", "2", "--out", trained)
        with safe_open(trained, framework="pt") as file:
            self.assertEqual(file.metadata()["step"], "2")

    def test_the_script_draws(self):
        script = os.path.join(TOOLS, "ganvas_pytorch.py")
        path, picture = train(self.folder, "dcgan_linear"), os.path.join(self.folder, "digits.png")
        subprocess.run([sys.executable, script, "draw", path, "--png", picture, "--count", "5"],
                       check=True, capture_output=True)  # fmt: skip
        from PIL import Image

        self.assertEqual(Image.open(picture).size, (3 * 28, 2 * 28))
        averaged = os.path.join(self.folder, "averaged.png")
        subprocess.run([sys.executable, script, "draw", path, "--png", averaged, "--count", "5",
                        "--averaged"], check=True, capture_output=True)  # fmt: skip
        self.assertEqual(Image.open(averaged).size, (3 * 28, 2 * 28))


class Strictness(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "run.safetensors")
        self.experiment = experiment_of("dcgan")
        ganvas.save(self.path, self.experiment)

    def rewrite(self, change, metadata=None):
        with safe_open(self.path, framework="pt") as file:
            known = file.metadata()
        tensors = load_file(self.path)
        change(tensors)
        ganvas.save_file(tensors, self.path, known if metadata is None else metadata)

    def test_a_missing_tensor_is_refused(self):
        self.rewrite(lambda tensors: tensors.pop("generator.model.4.running_var"))
        with self.assertRaisesRegex(RuntimeError, "model.4.running_var"):
            ganvas.load(self.path)

    def test_a_strange_tensor_is_refused(self):
        self.rewrite(lambda tensors: tensors.update({"encoder.model.0.weight": torch.zeros(1)}))
        with self.assertRaisesRegex(ValueError, "encoder.model.0.weight belongs to no network"):
            ganvas.load(self.path)

    def test_half_an_average_is_refused(self):
        one = {"average.generator.model.0.weight": torch.zeros(6, 8, 4, 4)}
        self.rewrite(lambda tensors: tensors.update(one))
        with self.assertRaisesRegex(ValueError, "average of generator"):
            ganvas.load(self.path)

    def test_a_misshapen_tensor_is_refused(self):
        self.rewrite(lambda tensors: tensors.update({"generator.model.0.weight": torch.zeros(1)}))
        with self.assertRaisesRegex(RuntimeError, "size mismatch"):
            ganvas.load(self.path)

    def test_other_files_are_refused(self):
        self.rewrite(lambda tensors: None, metadata={"format": "pt"})
        with self.assertRaisesRegex(ValueError, "no run of Ganvas"):
            ganvas.load(self.path)

    def test_an_experiment_has_to_say_what_shapes_depend_on(self):
        for field in ("model", "width", "latent_dim"):
            rest = {k: v for k, v in self.experiment.items() if k != field}
            with self.assertRaisesRegex(ValueError, f"does not say its {field}"):
                ganvas.build(rest)

    def test_a_network_that_the_model_lacks_is_refused(self):
        with self.assertRaisesRegex(ValueError, "dcgan has no decoder"):
            ganvas.save(self.path, self.experiment, decoder={})


class Sizes(unittest.TestCase):
    def test_side_64_has_one_more_stage(self):
        for model in ("dcgan", "dcgan_linear", "conditional", "wgan_gp", "vae", "cyclegan"):
            with self.subTest(model):
                experiment = {"model": model, "width": 2, "latent_dim": 6, "image_size": 64}
                experiment["conditioning"] = "projection"
                networks = ganvas.build(experiment)
                channels = 3 if model == "dcgan_linear" else 1
                labels = torch.arange(2) if model == "conditional" else None
                if model == "cyclegan":
                    images = networks["generator_ab"](torch.zeros(2, 1, 64, 64))
                    judge = networks["discriminator_b"]
                else:
                    images = ganvas.draw(experiment, networks, torch.zeros(2, 6))
                    judge = networks.get("discriminator")
                self.assertEqual(images.shape, (2, channels, 64, 64))
                if model == "vae":
                    self.assertEqual(networks["encoder"](images)[0].shape, (2, 6))
                else:
                    logits = judge(images, labels) if model == "conditional" else judge(images)
                    self.assertEqual(logits.shape, (2, 1))
        widest = {name: t.shape for name, t in ganvas.build(
            {"model": "dcgan", "width": 2, "latent_dim": 6, "image_size": 64}
        )["generator"].state_dict().items()}  # fmt: skip
        self.assertEqual(widest["model.0.weight"], (6, 16, 4, 4))
        self.assertEqual(widest["model.9.weight"], (4, 2, 4, 4))
        self.assertEqual(widest["model.12.weight"], (2, 1, 4, 4))

    def test_side_64_keeps_residual_blocks_at_16(self):
        tensors = ganvas.translator(2, 1, 64).state_dict()
        names = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
        self.assertEqual(names["model.6.weight"], (8, 4, 3, 3))
        self.assertEqual(names["model.9.block.0.weight"], (8, 8, 3, 3))
        self.assertEqual(names["model.11.weight"], (8, 4, 4, 4))
        self.assertEqual(names["model.17.weight"], (1, 2, 3, 3))

    def test_pictures_of_side_64_are_twice_as_large(self):
        digits = np.zeros((1, 28, 28), np.uint8)
        digits[0, 0, :2] = 255, 55
        large = ganvas.to_bytes(ganvas.from_bytes(digits, 64))
        self.assertEqual(large.shape, (1, 56, 56))
        # Bilinear between pixel centres, as Ganvas enlarges digits.
        np.testing.assert_array_equal(large[0, 0, :4], [255, 205, 105, 41])


def values(recipe):
    """A tensor of a golden file that is given by its formula."""
    made = recipe["pattern"]
    flat = pattern(made["salt"], int(np.prod(recipe["shape"])), made["scale"], made["offset"])
    return torch.from_numpy(flat).reshape(recipe["shape"])


class Golden(unittest.TestCase):
    """In training mode every network reports what the reference in JAX does."""

    def networks(self, file, case, **experiment):
        with open(os.path.join(GOLDEN, f"{file}.json"), encoding="utf-8") as text:
            self.case = json.load(text)["cases"][case]
        networks = ganvas.build({**self.case["experiment"], **experiment})
        for name, network in networks.items():
            own = {
                k.removeprefix(f"{name}."): values(v)
                for k, v in self.case["parameters"].items()
                if k.startswith(f"{name}.")
            }
            counts = {k: t for k, t in network.state_dict().items() if k.endswith("_tracked")}
            network.load_state_dict(ganvas.from_ganvas({**own, **counts}), strict=True)
            network.train()
        self.inputs = {
            k: torch.tensor(v) if isinstance(v, list) else values(v)
            for k, v in self.case["inputs"][0].items()
        }
        return networks

    def report(self, **terms):
        for name, value in terms.items():
            expected = self.case["reports"][0][name]
            self.assertAlmostEqual(value.mean().item(), expected, delta=1e-4 * abs(expected) + 1e-6)

    def test_generators_and_discriminators(self):
        for file, case, experiment in (
            ("dcgan_step", "non_saturating", {"model": "dcgan"}),
            ("fully_connected_step", "minimax", {"model": "gan"}),
            ("linear_stem_step", "non_saturating", {"model": "dcgan_linear"}),
            ("conditional_step", "separate_labels", {"model": "conditional"}),
            ("projection_step", "width_2", {"model": "conditional"}),
            ("projection_wide", "width_8", {"model": "conditional"}),
            ("wgan_clipping_step", "bias", {"model": "wgan"}),
            ("wgan_gp_step", "bias", {"model": "wgan_gp"}),
            ("spectral_norm_step", "batch_norm", {"model": "dcgan"}),
            ("spectral_norm_step", "no_batch_norm", {"model": "wgan"}),
            ("mmd_l2_step", "minimax", {"model": "dcgan", "generator_activation": "leaky_relu"}),
            ("dcgan_wide", "width_16", {"model": "dcgan"}),
            ("linear_stem_wide", "width_16", {"model": "dcgan_linear"}),
            ("conditional_wide", "width_16", {"model": "conditional"}),
            ("wgan_gp_wide", "width_16", {"model": "wgan_gp"}),
            ("spectral_norm_wide", "width_16", {"model": "dcgan"}),
        ):
            with self.subTest(f"{file}, {case}"), torch.no_grad():
                networks = self.networks(file, case, **experiment)
                generator, discriminator = networks["generator"], networks["discriminator"]
                labels = self.inputs.get("real_labels")
                told = () if labels is None else (labels,)
                fake = generator(self.inputs["d_latent"], *told)
                real_logits = discriminator(self.inputs["real_images"], *told)
                fake_logits = discriminator(fake, *told)
                self.report(
                    real_logit=real_logits,
                    fake_logit=fake_logits,
                    d_real=real_logits.sigmoid(),
                    d_fake=fake_logits.sigmoid(),
                )

    def test_vae(self):
        for file, case in (("vae_step", "vae"), ("vae_wide", "width_16")):
            with self.subTest(file), torch.no_grad():
                networks = self.networks(file, case, model="vae")
                images = self.inputs["real_images"]
                mu, logvar = networks["encoder"](images)
                made = networks["decoder"](mu + (logvar / 2).exp() * self.inputs["noise"])
                self.report(
                    reconstruction=(images - made).square().flatten(1).sum(1),
                    kl=(-0.5 * (1 + logvar - mu**2 - logvar.exp())).sum(1),
                )

    def test_cyclegan(self):
        for file, case in (("cyclegan_step", "cyclegan"), ("cyclegan_wide", "width_16")):
            with self.subTest(file), torch.no_grad():
                networks = self.networks(file, case, model="cyclegan")
                a, b = self.inputs["images_a"], self.inputs["images_b"]
                for domain, real, fake in (
                    ("a", a, networks["generator_ba"](b)),
                    ("b", b, networks["generator_ab"](a)),
                ):
                    judge = networks[f"discriminator_{domain}"]
                    self.report(**{
                        f"d_real_{domain}": judge(real).sigmoid(),
                        f"d_fake_{domain}": judge(fake).sigmoid(),
                    })  # fmt: skip


if __name__ == "__main__":
    unittest.main()
