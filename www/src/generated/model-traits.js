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
      "meters",
      "digit",
      "explorer"
    ],
    "space": "image"
  },
  "cyclegan": {
    "channels": 1,
    "conditional": false,
    "discriminator": true,
    "family": "translation",
    "latents": false,
    "own_loss": null,
    "panels": [
      "meters",
      "translations"
    ],
    "space": "image"
  },
  "dcgan": {
    "channels": 1,
    "conditional": false,
    "discriminator": true,
    "family": "adversarial",
    "latents": true,
    "own_loss": null,
    "panels": [
      "meters",
      "explorer"
    ],
    "space": "image"
  },
  "dcgan_linear": {
    "channels": 3,
    "conditional": false,
    "discriminator": true,
    "family": "adversarial",
    "latents": true,
    "own_loss": null,
    "panels": [
      "meters",
      "explorer"
    ],
    "space": "image"
  },
  "gan": {
    "channels": 1,
    "conditional": false,
    "discriminator": true,
    "family": "adversarial",
    "latents": true,
    "own_loss": null,
    "panels": [
      "meters",
      "explorer"
    ],
    "space": "image"
  },
  "plane": {
    "channels": 1,
    "conditional": false,
    "discriminator": true,
    "family": "adversarial",
    "latents": true,
    "own_loss": null,
    "panels": [
      "meters",
      "plane"
    ],
    "space": "plane"
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
    ],
    "space": "image"
  },
  "wgan": {
    "channels": 1,
    "conditional": false,
    "discriminator": true,
    "family": "adversarial",
    "latents": true,
    "own_loss": "wasserstein",
    "panels": [
      "meters",
      "explorer"
    ],
    "space": "image"
  },
  "wgan_gp": {
    "channels": 1,
    "conditional": false,
    "discriminator": true,
    "family": "adversarial",
    "latents": true,
    "own_loss": "wasserstein",
    "panels": [
      "meters",
      "explorer"
    ],
    "space": "image"
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

export const cures = {
  "critic_without_penalty": {
    "gradient_penalty": 10.0
  },
  "mode_collapse": {
    "mmd": 10.0
  },
  "vanishing_gradient": {
    "discriminator_steps": 1,
    "loss": "non_saturating"
  }
};

export const ailments = {
  "critic_without_penalty": "runaway_critic",
  "mode_collapse": "mode_collapse",
  "vanishing_gradient": "vanishing_gradient"
};

export const ranges = {
  "evaluated": {
    "max": 10000,
    "min": 10
  },
  "label": {
    "max": 9,
    "min": 0
  },
  "sampled": {
    "max": 4096,
    "min": 1
  },
  "truncation": {
    "min": 0.01
  }
};

export const tunable = [
  "loss",
  "discriminator_steps",
  "generator_lr",
  "discriminator_lr",
  "beta1",
  "beta2",
  "epsilon",
  "clip",
  "gradient_penalty",
  "feature_matching",
  "feature_matching_only",
  "mmd",
  "d_l2",
  "unrolled_steps",
  "kl_weight",
  "cycle_weight",
  "identity_weight"
];

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
