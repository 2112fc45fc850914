// Generated from crates/ganvas-core/src/schema.rs by `cargo xtask schema`: do not edit.
export const schema = {
  "error_codes": [
    "webgpu_unavailable",
    "insecure_context",
    "device_lost",
    "out_of_memory",
    "bad_experiment",
    "bad_dataset",
    "bad_checkpoint",
    "diverged",
    "network",
    "internal"
  ],
  "fields": [
    {
      "default": "dcgan",
      "name": "model",
      "options": [
        "dcgan",
        "gan",
        "dcgan_linear",
        "conditional",
        "wgan",
        "wgan_gp",
        "vae",
        "cyclegan"
      ],
      "type": "choice"
    },
    {
      "default": "mnist",
      "name": "dataset",
      "options": [
        "mnist",
        "procedural",
        "file"
      ],
      "type": "choice"
    },
    {
      "default": "non_saturating",
      "models": [
        "dcgan",
        "gan",
        "dcgan_linear",
        "conditional",
        "cyclegan"
      ],
      "name": "loss",
      "options": [
        "non_saturating",
        "minimax",
        "least_squares",
        "hinge",
        "wasserstein"
      ],
      "type": "choice"
    },
    {
      "default": 16,
      "max": 128,
      "min": 1,
      "name": "width",
      "type": "integer"
    },
    {
      "default": 64,
      "max": 512,
      "min": 1,
      "models": [
        "dcgan",
        "gan",
        "dcgan_linear",
        "conditional",
        "wgan",
        "wgan_gp",
        "vae"
      ],
      "name": "latent_dim",
      "type": "integer"
    },
    {
      "default": 32,
      "max": 512,
      "min": 2,
      "name": "batch_size",
      "type": "integer"
    },
    {
      "default": 1,
      "max": 10,
      "min": 1,
      "models": [
        "dcgan",
        "gan",
        "dcgan_linear",
        "conditional",
        "wgan",
        "wgan_gp",
        "cyclegan"
      ],
      "name": "discriminator_steps",
      "type": "integer"
    },
    {
      "default": 0.001,
      "max": 0.1,
      "min": 1e-6,
      "name": "generator_lr",
      "type": "number"
    },
    {
      "default": 0.001,
      "max": 0.1,
      "min": 1e-6,
      "models": [
        "dcgan",
        "gan",
        "dcgan_linear",
        "conditional",
        "wgan",
        "wgan_gp",
        "cyclegan"
      ],
      "name": "discriminator_lr",
      "type": "number"
    },
    {
      "default": 0.5,
      "max": 0.9999,
      "min": 0.0,
      "name": "beta1",
      "type": "number"
    },
    {
      "default": 0.999,
      "max": 0.999999,
      "min": 0.0,
      "name": "beta2",
      "type": "number"
    },
    {
      "default": 1e-8,
      "max": 0.1,
      "min": 1e-12,
      "name": "epsilon",
      "type": "number"
    },
    {
      "default": "relu",
      "models": [
        "dcgan",
        "dcgan_linear",
        "conditional",
        "wgan",
        "wgan_gp"
      ],
      "name": "generator_activation",
      "options": [
        "relu",
        "leaky_relu"
      ],
      "type": "choice"
    },
    {
      "default": 0.01,
      "max": 1.0,
      "min": 0.0001,
      "models": [
        "wgan"
      ],
      "name": "clip",
      "type": "number"
    },
    {
      "default": 0.0,
      "max": 1000.0,
      "min": 0.0,
      "models": [
        "wgan_gp"
      ],
      "name": "gradient_penalty",
      "type": "number"
    },
    {
      "default": false,
      "models": [
        "dcgan",
        "gan",
        "dcgan_linear",
        "conditional",
        "wgan_gp",
        "cyclegan"
      ],
      "name": "spectral_norm",
      "type": "boolean"
    },
    {
      "default": 0.0,
      "max": 1000.0,
      "min": 0.0,
      "models": [
        "dcgan",
        "gan",
        "dcgan_linear",
        "conditional",
        "wgan",
        "wgan_gp"
      ],
      "name": "feature_matching",
      "type": "number"
    },
    {
      "default": false,
      "models": [
        "dcgan",
        "gan",
        "dcgan_linear",
        "conditional",
        "wgan",
        "wgan_gp"
      ],
      "name": "feature_matching_only",
      "type": "boolean"
    },
    {
      "default": 0.0,
      "max": 1000.0,
      "min": 0.0,
      "models": [
        "dcgan",
        "gan",
        "dcgan_linear",
        "conditional",
        "wgan",
        "wgan_gp"
      ],
      "name": "mmd",
      "type": "number"
    },
    {
      "default": 0.0,
      "max": 1.0,
      "min": 0.0,
      "models": [
        "dcgan",
        "gan",
        "dcgan_linear",
        "conditional",
        "wgan_gp"
      ],
      "name": "d_l2",
      "type": "number"
    },
    {
      "default": 0,
      "max": 10,
      "min": 0,
      "models": [
        "dcgan",
        "gan",
        "dcgan_linear",
        "conditional",
        "wgan",
        "wgan_gp"
      ],
      "name": "unrolled_steps",
      "type": "integer"
    },
    {
      "default": 1.0,
      "max": 100.0,
      "min": 0.0,
      "models": [
        "vae"
      ],
      "name": "kl_weight",
      "type": "number"
    },
    {
      "default": 10.0,
      "max": 100.0,
      "min": 0.0,
      "models": [
        "cyclegan"
      ],
      "name": "cycle_weight",
      "type": "number"
    },
    {
      "default": 5.0,
      "max": 100.0,
      "min": 0.0,
      "models": [
        "cyclegan"
      ],
      "name": "identity_weight",
      "type": "number"
    },
    {
      "default": 42,
      "max": 4294967295,
      "min": 0,
      "name": "seed",
      "type": "integer"
    }
  ],
  "models": {
    "conditional": {
      "model": "conditional"
    },
    "cyclegan": {
      "batch_size": 8,
      "discriminator_lr": 0.0005,
      "generator_lr": 0.0005,
      "loss": "least_squares",
      "model": "cyclegan"
    },
    "dcgan": {},
    "dcgan_linear": {
      "discriminator_lr": 0.00025,
      "model": "dcgan_linear"
    },
    "gan": {
      "batch_size": 64,
      "discriminator_lr": 0.0002,
      "generator_lr": 0.0004,
      "latent_dim": 32,
      "model": "gan"
    },
    "vae": {
      "beta1": 0.9,
      "generator_lr": 0.002,
      "latent_dim": 8,
      "model": "vae"
    },
    "wgan": {
      "beta1": 0.0,
      "beta2": 0.9,
      "discriminator_lr": 0.0005,
      "discriminator_steps": 2,
      "loss": "wasserstein",
      "model": "wgan"
    },
    "wgan_gp": {
      "beta1": 0.0,
      "beta2": 0.99,
      "gradient_penalty": 10.0,
      "loss": "wasserstein",
      "model": "wgan_gp"
    }
  },
  "presets": [
    {
      "experiment": {},
      "name": "quick"
    },
    {
      "experiment": {
        "latent_dim": 16,
        "width": 32
      },
      "name": "clear"
    },
    {
      "experiment": {
        "batch_size": 128,
        "beta1": 0.9,
        "discriminator_lr": 0.0002,
        "generator_lr": 0.0002,
        "latent_dim": 100,
        "width": 64
      },
      "name": "article_004"
    },
    {
      "experiment": {
        "batch_size": 64,
        "discriminator_lr": 0.0002,
        "generator_lr": 0.0004,
        "latent_dim": 32,
        "loss": "minimax",
        "model": "gan"
      },
      "name": "first_gan"
    },
    {
      "experiment": {
        "discriminator_lr": 0.00025,
        "latent_dim": 32,
        "model": "dcgan_linear",
        "width": 32
      },
      "name": "coloured_digits"
    },
    {
      "experiment": {
        "model": "conditional"
      },
      "name": "pick_a_digit"
    },
    {
      "experiment": {
        "beta1": 0.0,
        "beta2": 0.9,
        "clip": 0.05,
        "discriminator_lr": 0.0005,
        "discriminator_steps": 2,
        "latent_dim": 16,
        "loss": "wasserstein",
        "model": "wgan"
      },
      "name": "wgan_clipping"
    },
    {
      "experiment": {
        "beta1": 0.0,
        "beta2": 0.99,
        "gradient_penalty": 10.0,
        "latent_dim": 12,
        "loss": "wasserstein",
        "model": "wgan_gp",
        "width": 24
      },
      "name": "wgan_gp"
    },
    {
      "experiment": {
        "loss": "hinge",
        "spectral_norm": true
      },
      "name": "spectral_norm"
    },
    {
      "experiment": {
        "loss": "least_squares"
      },
      "name": "least_squares"
    },
    {
      "experiment": {
        "feature_matching": 0.1
      },
      "name": "feature_matching"
    },
    {
      "experiment": {
        "d_l2": 0.0001,
        "generator_activation": "leaky_relu",
        "mmd": 0.5
      },
      "name": "article_003"
    },
    {
      "experiment": {
        "unrolled_steps": 3
      },
      "name": "unrolled"
    },
    {
      "experiment": {
        "beta1": 0.9,
        "generator_lr": 0.002,
        "latent_dim": 8,
        "model": "vae"
      },
      "name": "vae"
    },
    {
      "experiment": {
        "batch_size": 8,
        "discriminator_lr": 0.0005,
        "generator_lr": 0.0005,
        "loss": "least_squares",
        "model": "cyclegan"
      },
      "name": "cyclegan"
    },
    {
      "experiment": {
        "beta1": 0.9,
        "discriminator_lr": 0.0002,
        "generator_lr": 0.002,
        "model": "gan",
        "width": 8
      },
      "fails_on_purpose": true,
      "name": "mode_collapse"
    },
    {
      "experiment": {
        "discriminator_steps": 10,
        "generator_lr": 0.0001,
        "loss": "minimax"
      },
      "fails_on_purpose": true,
      "name": "vanishing_gradient"
    },
    {
      "experiment": {
        "beta1": 0.0,
        "beta2": 0.9,
        "discriminator_lr": 0.0005,
        "discriminator_steps": 5,
        "generator_lr": 0.0005,
        "loss": "wasserstein",
        "model": "wgan_gp"
      },
      "fails_on_purpose": true,
      "name": "critic_without_penalty"
    }
  ],
  "version": 1
};
