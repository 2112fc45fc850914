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
        "dcgan"
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
      "name": "loss",
      "options": [
        "non_saturating",
        "minimax"
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
      "name": "discriminator_steps",
      "type": "integer"
    },
    {
      "default": 0.0005,
      "max": 0.1,
      "min": 1e-6,
      "name": "generator_lr",
      "type": "number"
    },
    {
      "default": 0.0005,
      "max": 0.1,
      "min": 1e-6,
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
      "default": 42,
      "max": 4294967295,
      "min": 0,
      "name": "seed",
      "type": "integer"
    }
  ],
  "presets": [
    {
      "experiment": {},
      "name": "quick"
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
    }
  ],
  "version": 1
};
