//! A network's numbers by the names that PyTorch gives them.

use std::collections::BTreeMap;

use burn::tensor::Device;
use ganvas_core::network::{Network, Parameters, TensorSpec};
use ganvas_core::player::Player;

use super::golden;

/// Numbers of named tensors, row-major.
pub type Named = BTreeMap<String, Vec<f32>>;

/// Cuts a flat tensor into its named parts.
pub fn cut(prefix: &str, specs: &[TensorSpec], flat: &[f32]) -> Named {
    specs
        .iter()
        .map(|spec| {
            let values = flat[spec.range()].to_vec();
            (format!("{prefix}{}", spec.name), values)
        })
        .collect()
}

/// Parameters, buffers and averages of one network, such as `generator.model.0.weight`.
pub fn state(player: &Player) -> Named {
    let mut named = parameters(player);
    named.extend(statistics(player));
    named.extend(directions(player));
    named.extend(averages(player));
    named
}

/// A network's parameters.
pub fn parameters(player: &Player) -> Named {
    let flat = golden::read(player.parameters.flat.clone());
    cut(&prefix(player), player.network.parameters(), &flat)
}

/// A network's running statistics.
pub fn statistics(player: &Player) -> Named {
    let flat = golden::read(player.parameters.statistics.clone());
    cut(&prefix(player), player.network.statistics(), &flat)
}

/// The vectors of spectral normalisation, such as `discriminator.model.0.weight_u`.
pub fn directions(player: &Player) -> Named {
    let specs = player.network.spectral_weights();
    specs
        .zip(&player.parameters.directions)
        .map(|(spec, u)| {
            let name = format!("{}{}_u", prefix(player), spec.name);
            (name, golden::read(u.clone()))
        })
        .collect()
}

/// The average of a network's parameters, such as `average.generator.model.0.weight`.
pub fn averages(player: &Player) -> Named {
    let Some(average) = &player.adam.average else {
        return Named::new();
    };
    let flat = golden::read(average.clone());
    cut(&average_prefix(player), player.network.parameters(), &flat)
}

/// Adam's mean gradients and mean squared gradients.
pub fn moments(player: &Player) -> [Named; 2] {
    [&player.adam.mean, &player.adam.square].map(|flat| {
        let flat = golden::read(flat.clone());
        cut(&prefix(player), player.network.parameters(), &flat)
    })
}

/// What names of a network's tensors begin with.
pub fn prefix(player: &Player) -> String {
    format!("{}.", player.name)
}

/// What names of a network's averages begin with.
pub fn average_prefix(player: &Player) -> String {
    format!("average.{}", prefix(player))
}

/// Parameters with the numbers that `value_of` gives for each name and shape.
pub fn fill(
    network: &Network,
    device: &Device,
    mut value_of: impl FnMut(&TensorSpec) -> Vec<f32>,
) -> Parameters {
    let mut flat = vec![0.0; network.flat_len()];
    let mut statistics = vec![0.0; network.statistics_len()];
    for (specs, all) in [
        (network.parameters(), &mut flat),
        (network.statistics(), &mut statistics),
    ] {
        for spec in specs {
            all[spec.range()].copy_from_slice(&value_of(spec));
        }
    }
    let directions = network
        .spectral_weights()
        .map(|spec| {
            value_of(&TensorSpec {
                name: format!("{}_u", spec.name),
                shape: vec![spec.shape[0]],
                ..spec.clone()
            })
        })
        .collect();
    Parameters::from_vecs(flat, statistics, device).with_directions(directions, device)
}
