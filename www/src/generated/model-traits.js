// Generated from crates/ganvas-core/src/schema/ by `cargo xtask schema`: do not edit.

export const models = {
  "conditional": {
    "channels": 1,
    "conditional": true,
    "discriminator": true,
    "family": "adversarial",
    "latents": true,
    "own_loss": null,
    "panels": [
      "verdict",
      "digit",
      "explorer"
    ]
  },
  "cyclegan": {
    "channels": 1,
    "conditional": false,
    "discriminator": true,
    "family": "translation",
    "latents": false,
    "own_loss": null,
    "panels": [
      "verdict",
      "translations"
    ]
  },
  "dcgan": {
    "channels": 1,
    "conditional": false,
    "discriminator": true,
    "family": "adversarial",
    "latents": true,
    "own_loss": null,
    "panels": [
      "verdict",
      "explorer"
    ]
  },
  "dcgan_linear": {
    "channels": 3,
    "conditional": false,
    "discriminator": true,
    "family": "adversarial",
    "latents": true,
    "own_loss": null,
    "panels": [
      "verdict",
      "explorer"
    ]
  },
  "gan": {
    "channels": 1,
    "conditional": false,
    "discriminator": true,
    "family": "adversarial",
    "latents": true,
    "own_loss": null,
    "panels": [
      "verdict",
      "explorer"
    ]
  },
  "vae": {
    "channels": 1,
    "conditional": false,
    "discriminator": false,
    "family": "autoencoder",
    "latents": true,
    "own_loss": null,
    "panels": [
      "explorer",
      "reconstructions"
    ]
  },
  "wgan": {
    "channels": 1,
    "conditional": false,
    "discriminator": true,
    "family": "adversarial",
    "latents": true,
    "own_loss": "wasserstein",
    "panels": [
      "verdict",
      "explorer"
    ]
  },
  "wgan_gp": {
    "channels": 1,
    "conditional": false,
    "discriminator": true,
    "family": "adversarial",
    "latents": true,
    "own_loss": "wasserstein",
    "panels": [
      "verdict",
      "explorer"
    ]
  }
};

export const losses = {
  "hinge": {
    "critic": false,
    "reading": "higher",
    "saturates": false
  },
  "least_squares": {
    "critic": false,
    "reading": "one_or_zero",
    "saturates": false
  },
  "minimax": {
    "critic": false,
    "reading": "probability",
    "saturates": true
  },
  "non_saturating": {
    "critic": false,
    "reading": "probability",
    "saturates": false
  },
  "wasserstein": {
    "critic": true,
    "reading": "higher",
    "saturates": false
  }
};

export const error_codes = [
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
];
