// Generated from crates/ganvas-core/src/schema/ by `cargo xtask schema`: do not edit.

export const fields = [
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
      "cyclegan",
      "plane"
    ],
    "type": "choice"
  },
  {
    "default": "mnist",
    "name": "dataset",
    "narrowed": [
      {
        "except": [
          "plane"
        ],
        "options": [
          "mnist",
          "procedural",
          "file"
        ]
      },
      {
        "models": [
          "plane"
        ],
        "options": [
          "ring",
          "grid",
          "moons",
          "spiral",
          "line",
          "clusters",
          "points"
        ]
      }
    ],
    "options": [
      "mnist",
      "procedural",
      "file",
      "ring",
      "grid",
      "moons",
      "spiral",
      "line",
      "clusters",
      "points"
    ],
    "type": "choice"
  },
  {
    "default": "",
    "max": 1536,
    "min": 6,
    "models": [
      "plane"
    ],
    "name": "drawing",
    "type": "code",
    "unit": 3
  },
  {
    "default": "non_saturating",
    "except": [
      "wgan",
      "wgan_gp",
      "vae"
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
    "default": 32,
    "except": [
      "plane"
    ],
    "name": "image_size",
    "options": [
      32,
      64
    ],
    "type": "choice"
  },
  {
    "default": 64,
    "except": [
      "cyclegan"
    ],
    "max": 512,
    "min": 1,
    "name": "latent_dim",
    "narrowed": [
      {
        "max": 2,
        "min": 1,
        "models": [
          "plane"
        ]
      }
    ],
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
    "except": [
      "vae"
    ],
    "max": 10,
    "min": 1,
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
    "except": [
      "vae"
    ],
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
    "default": 0.99,
    "max": 0.9999,
    "min": 0.0,
    "name": "ema_decay",
    "type": "number"
  },
  {
    "default": "projection",
    "models": [
      "conditional"
    ],
    "name": "conditioning",
    "options": [
      "projection",
      "concatenation"
    ],
    "type": "choice"
  },
  {
    "default": "relu",
    "except": [
      "gan",
      "vae",
      "cyclegan"
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
    "min": 0.0,
    "models": [
      "wgan",
      "plane"
    ],
    "name": "clip",
    "narrowed": [
      {
        "max": 1.0,
        "min": 0.0001,
        "models": [
          "wgan"
        ]
      }
    ],
    "type": "number"
  },
  {
    "default": 0.0,
    "max": 1000.0,
    "min": 0.0,
    "models": [
      "wgan_gp",
      "plane"
    ],
    "name": "gradient_penalty",
    "type": "number"
  },
  {
    "default": false,
    "except": [
      "wgan",
      "vae"
    ],
    "name": "spectral_norm",
    "type": "boolean"
  },
  {
    "default": 0.0,
    "except": [
      "vae",
      "cyclegan"
    ],
    "max": 1000.0,
    "min": 0.0,
    "name": "feature_matching",
    "type": "number"
  },
  {
    "default": false,
    "except": [
      "vae",
      "cyclegan"
    ],
    "name": "feature_matching_only",
    "type": "boolean"
  },
  {
    "default": 0.0,
    "except": [
      "vae",
      "cyclegan"
    ],
    "max": 1000.0,
    "min": 0.0,
    "name": "mmd",
    "type": "number"
  },
  {
    "default": 0.0,
    "except": [
      "wgan",
      "vae",
      "cyclegan"
    ],
    "max": 1.0,
    "min": 0.0,
    "name": "d_l2",
    "type": "number"
  },
  {
    "default": 0,
    "except": [
      "vae",
      "cyclegan"
    ],
    "max": 10,
    "min": 0,
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
];

export const defaults = {
  "conditional": {
    "batch_size": 16,
    "beta1": 0.0,
    "beta2": 0.99,
    "discriminator_lr": 0.002,
    "generator_lr": 0.004,
    "latent_dim": 16,
    "model": "conditional",
    "width": 8
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
  "plane": {
    "batch_size": 128,
    "clip": 0.0,
    "dataset": "ring",
    "discriminator_lr": 0.004,
    "generator_lr": 0.002,
    "latent_dim": 2,
    "model": "plane",
    "width": 32
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
};

export const presets = [
  {
    "experiment": {
      "model": "conditional"
    },
    "name": "quick"
  },
  {
    "experiment": {
      "batch_size": 16,
      "beta1": 0.0,
      "beta2": 0.99,
      "discriminator_lr": 0.002,
      "generator_lr": 0.004,
      "latent_dim": 16,
      "width": 12
    },
    "name": "unconditional"
  },
  {
    "experiment": {
      "ema_decay": 0.999,
      "model": "conditional",
      "width": 16
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
      "loss": "minimax",
      "model": "gan"
    },
    "name": "first_gan"
  },
  {
    "experiment": {
      "latent_dim": 32,
      "model": "dcgan_linear",
      "width": 32
    },
    "name": "coloured_digits"
  },
  {
    "experiment": {
      "batch_size": 32,
      "beta1": 0.5,
      "beta2": 0.999,
      "conditioning": "concatenation",
      "discriminator_lr": 0.001,
      "generator_lr": 0.001,
      "latent_dim": 64,
      "model": "conditional",
      "width": 16
    },
    "name": "pick_a_digit"
  },
  {
    "experiment": {
      "clip": 0.05,
      "latent_dim": 16,
      "model": "wgan"
    },
    "name": "wgan_clipping"
  },
  {
    "experiment": {
      "latent_dim": 12,
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
      "model": "vae"
    },
    "name": "vae"
  },
  {
    "experiment": {
      "kl_weight": 0.3,
      "latent_dim": 2,
      "model": "vae"
    },
    "name": "latent_plane"
  },
  {
    "experiment": {
      "model": "cyclegan"
    },
    "name": "cyclegan"
  },
  {
    "experiment": {
      "beta2": 0.99,
      "discriminator_lr": 0.0005,
      "ema_decay": 0.95,
      "generator_lr": 0.003,
      "latent_dim": 1,
      "width": 8
    },
    "fails_on_purpose": true,
    "name": "mode_collapse",
    "teaches": true
  },
  {
    "experiment": {
      "batch_size": 16,
      "discriminator_steps": 3,
      "generator_lr": 0.002,
      "loss": "minimax",
      "width": 8
    },
    "fails_on_purpose": true,
    "name": "vanishing_gradient",
    "teaches": true
  },
  {
    "experiment": {
      "beta2": 0.9,
      "discriminator_lr": 0.0005,
      "discriminator_steps": 5,
      "generator_lr": 0.0005,
      "gradient_penalty": 0.0,
      "model": "wgan_gp"
    },
    "fails_on_purpose": true,
    "name": "critic_without_penalty",
    "teaches": true
  },
  {
    "experiment": {
      "model": "plane",
      "seed": 7
    },
    "name": "plane",
    "teaches": true
  },
  {
    "experiment": {
      "discriminator_lr": 0.0005,
      "model": "plane"
    },
    "fails_on_purpose": true,
    "name": "plane_collapse",
    "teaches": true
  },
  {
    "experiment": {
      "discriminator_lr": 0.0005,
      "model": "plane",
      "unrolled_steps": 8
    },
    "name": "plane_unrolled",
    "teaches": true
  },
  {
    "experiment": {
      "discriminator_lr": 0.001,
      "discriminator_steps": 5,
      "generator_lr": 0.001,
      "loss": "minimax",
      "model": "plane"
    },
    "fails_on_purpose": true,
    "name": "plane_minimax",
    "teaches": true
  },
  {
    "experiment": {
      "discriminator_lr": 0.001,
      "discriminator_steps": 5,
      "generator_lr": 0.001,
      "model": "plane"
    },
    "name": "plane_non_saturating",
    "teaches": true
  },
  {
    "experiment": {
      "beta1": 0.0,
      "beta2": 0.9,
      "clip": 0.1,
      "discriminator_lr": 0.001,
      "discriminator_steps": 5,
      "generator_lr": 0.001,
      "loss": "wasserstein",
      "model": "plane"
    },
    "fails_on_purpose": true,
    "name": "plane_clipping",
    "teaches": true
  },
  {
    "experiment": {
      "beta1": 0.0,
      "beta2": 0.9,
      "discriminator_lr": 0.001,
      "discriminator_steps": 5,
      "generator_lr": 0.001,
      "gradient_penalty": 1.0,
      "loss": "wasserstein",
      "model": "plane"
    },
    "name": "plane_gradient_penalty",
    "teaches": true
  },
  {
    "experiment": {
      "discriminator_lr": 0.001,
      "discriminator_steps": 2,
      "generator_lr": 0.001,
      "loss": "hinge",
      "model": "plane",
      "spectral_norm": true
    },
    "name": "plane_spectral_norm",
    "teaches": true
  }
];

export const start = "quick";

export const without_labels = "unconditional";

export const subjects = {
  "cyclegan": "translation",
  "dcgan_linear": "colours",
  "plane": "points",
  "vae": "autoencoder"
};

export const rules = [
  {
    "reason": "clipped_instead",
    "refuses": "gradient_penalty",
    "when": [
      {
        "models": [
          "wgan"
        ]
      },
      {
        "on": "gradient_penalty"
      }
    ]
  },
  {
    "reason": "no_critic",
    "refuses": "gradient_penalty",
    "when": [
      {
        "models": [
          "vae"
        ]
      },
      {
        "on": "gradient_penalty"
      }
    ]
  },
  {
    "reason": "batch_norm_ties_images",
    "refuses": "gradient_penalty",
    "when": [
      {
        "models": [
          "dcgan",
          "dcgan_linear",
          "conditional",
          "cyclegan"
        ]
      },
      {
        "on": "gradient_penalty"
      }
    ]
  },
  {
    "reason": "penalty_of_another_model",
    "refuses": "gradient_penalty",
    "when": [
      {
        "models": [
          "gan"
        ]
      },
      {
        "on": "gradient_penalty"
      }
    ]
  },
  {
    "reason": "no_discriminator",
    "refuses": "spectral_norm",
    "when": [
      {
        "models": [
          "vae"
        ]
      },
      {
        "on": "spectral_norm"
      }
    ]
  },
  {
    "reason": "fixed_objective",
    "refuses": "loss",
    "when": [
      {
        "models": [
          "wgan",
          "wgan_gp",
          "vae"
        ]
      },
      {
        "changed": "loss"
      }
    ]
  },
  {
    "reason": "slope_bounded_twice",
    "refuses": "spectral_norm",
    "when": [
      {
        "on": "spectral_norm"
      },
      {
        "on": "gradient_penalty"
      }
    ]
  },
  {
    "reason": "clipped_and_bounded",
    "refuses": "clip",
    "when": [
      {
        "models": [
          "plane"
        ]
      },
      {
        "on": "clip"
      },
      {
        "on": "gradient_penalty"
      }
    ]
  },
  {
    "reason": "clipped_and_normalised",
    "refuses": "clip",
    "when": [
      {
        "models": [
          "plane"
        ]
      },
      {
        "on": "clip"
      },
      {
        "on": "spectral_norm"
      }
    ]
  },
  {
    "reason": "nothing_drawn",
    "refuses": "dataset",
    "when": [
      {
        "models": [
          "plane"
        ]
      },
      {
        "is": [
          "dataset",
          "points"
        ]
      },
      {
        "off": "drawing"
      }
    ]
  },
  {
    "reason": "drawing_unused",
    "refuses": "drawing",
    "when": [
      {
        "models": [
          "plane"
        ]
      },
      {
        "is_not": [
          "dataset",
          "points"
        ]
      },
      {
        "on": "drawing"
      }
    ]
  },
  {
    "reason": "only_without_weight",
    "refuses": "feature_matching_only",
    "when": [
      {
        "on": "feature_matching_only"
      },
      {
        "off": "feature_matching"
      }
    ]
  },
  {
    "reason": "only_with_another_term",
    "refuses": "mmd",
    "when": [
      {
        "on": "feature_matching_only"
      },
      {
        "on": "mmd"
      }
    ]
  },
  {
    "reason": "look_ahead_without_interpolates",
    "refuses": "unrolled_steps",
    "when": [
      {
        "on": "unrolled_steps"
      },
      {
        "on": "gradient_penalty"
      }
    ]
  }
];
