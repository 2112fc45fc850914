//! The plane of a run: its points, D as a field, where D pulls each fake, and G as a grid.

use burn::tensor::Tensor;

use crate::data::distribution::EXTENT;
use crate::error::within;
use crate::experiment::Reading;
use crate::latent;
use crate::metric::modes::{ModeCoverage, jensen_shannon};
use crate::player::Weights;
use crate::random::Stream;
use crate::system::Pull;
use crate::training::read;
use crate::{Error, Result, Training};

/// Most points, and cells along an axis of the field and of the lattice.
const MOST: [usize; 3] = [1024, 96, 32];
/// The lattice is of z from −2 to 2.
const REACH: f32 = 2.0;

/// What is wanted of a plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaneRequest {
    /// Real points, and as many fake ones: 1 to 1024.
    pub points: usize,
    /// Cells along each axis of the field of D's outputs: 0 (no field) to 96.
    pub field: usize,
    /// Cells along each axis of the lattice of z: 0 (no lattice) to 32.
    pub lattice: usize,
}

/// A run on the plane at one moment. Points are x and y in turn.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaneFrame {
    /// Generator updates so far.
    pub step: u64,
    /// The square that is shown is \[−extent, extent\]².
    pub extent: f32,
    /// How D's outputs are to be read.
    pub reading: Reading,
    /// Real points, the same ones throughout a run.
    pub real: Vec<f32>,
    /// G(z) of latents that stay the same throughout a run.
    pub fake: Vec<f32>,
    /// D at each fake, before the sigmoid.
    pub outputs: Vec<f32>,
    /// −∂ℓ/∂x at each fake: see [`Adversarial::pull_on`](crate::system::Adversarial::pull_on).
    pub pull: Vec<f32>,
    /// D at the centre of each cell, before the sigmoid, row by row, the topmost row (the
    /// largest y) first.
    pub field: Vec<f32>,
    /// G at (lattice + 1)^latent_dim nodes of z over \[−2, 2\]^latent_dim, row by row: the
    /// first coordinate of z grows along a row, the second from row to row.
    pub lattice: Vec<f32>,
    /// Length of z: 1 or 2.
    pub latent_dim: usize,
    /// Which modes the fakes hit, where the data are a mixture of some.
    pub coverage: Option<ModeCoverage>,
    /// Jensen–Shannon divergence of the fakes from the real points, in nats.
    pub js: f64,
}

impl Training {
    /// What there is to see on the plane, read from the device in one go. It shows the
    /// weights of G that [`Training::show_weights`] chose, D as it is, and changes nothing.
    ///
    /// # Errors
    ///
    /// `bad_experiment` for a model of pictures and for numbers out of their ranges,
    /// `device_lost` when the device cannot be read.
    pub async fn plane_frame(&self, request: PlaneRequest) -> Result<PlaneFrame> {
        let PlaneRequest {
            points,
            field,
            lattice,
        } = request;
        within("points", &(1..=MOST[0]), points)?;
        within("field", &(0..=MOST[1]), field)?;
        within("lattice", &(0..=MOST[2]), lattice)?;
        let experiment = self.experiment();
        let system = self.system().duel();
        let Some(system) = system.filter(|_| experiment.model.has_points()) else {
            return Err(Error::experiment(
                "model",
                "this model makes pictures, and no points of the plane",
            ));
        };
        let (feed, latent_dim) = (self.feed(), experiment.latent_dim);
        let generator = system
            .generator
            .shown(self.weights(), || feed.measuring_latents());
        let discriminator = system
            .discriminator
            .shown(Weights::Raw, || feed.measuring_latents());

        let mut z = latent::draw(feed.seed(), Stream::Grid, 0, points, latent_dim);
        z.extend(nodes(lattice, latent_dim));
        let made = generator.makes(feed.latents(&z), None);
        let fake = made.clone().narrow(0, 0, points);
        let Pull { outputs, pull } = system.pull_on(&fake.into());
        let mut parts: Vec<Tensor<1>> = vec![
            made.flatten(0, 3),
            outputs.flatten(0, 1),
            pull.flatten(0, 3),
        ];
        if field > 0 {
            let centres = feed.samples(centres(field));
            parts.push(discriminator.makes(centres, None).flatten(0, 3));
        }
        let mut numbers = read(Tensor::cat(parts, 0)).await?.into_iter();
        let mut take = |count: usize| numbers.by_ref().take(count).collect::<Vec<f32>>();

        let fake = take(2 * points);
        let lattice = take(2 * (z.len() / latent_dim - points));
        let outputs = take(points);
        let pull = take(2 * points);
        let field = take(field * field);
        let real = feed.shown_points(points);
        let modes = self.dataset().distribution().and_then(|it| it.modes());
        Ok(PlaneFrame {
            step: self.progress().generator_updates,
            extent: EXTENT,
            reading: experiment.reading(),
            coverage: modes.map(|modes| ModeCoverage::of(&fake, &modes)),
            js: jensen_shannon(&real, &fake),
            real,
            fake,
            outputs,
            pull,
            field,
            lattice,
            latent_dim,
        })
    }
}

/// The centres of `side`² cells, x and y in turn, row by row from the top.
fn centres(side: usize) -> Vec<f32> {
    let place = |index: usize| EXTENT * ((2 * index + 1) as f32 / side as f32 - 1.0);
    let cells = (0..side).flat_map(|row| (0..side).map(move |column| (row, column)));
    cells
        .flat_map(|(row, column)| [place(column), -place(row)])
        .collect()
}

/// z at the nodes of a lattice of `side` cells along each axis; nothing of none.
fn nodes(side: usize, latent_dim: usize) -> Vec<f32> {
    if side == 0 {
        return Vec::new();
    }
    let place = |index: usize| REACH * (2.0 * index as f32 / side as f32 - 1.0);
    match latent_dim {
        1 => (0..=side).map(place).collect(),
        _ => (0..=side)
            .flat_map(|row| (0..=side).flat_map(move |column| [place(column), place(row)]))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_go_from_the_upper_left() {
        assert_eq!(centres(2), [-1.5, 1.5, 1.5, 1.5, -1.5, -1.5, 1.5, -1.5]);
        assert_eq!(centres(1), [0.0, 0.0]);
        assert!(centres(0).is_empty());
    }

    #[test]
    fn nodes_reach_from_edge_to_edge() {
        assert_eq!(nodes(2, 1), [-2.0, 0.0, 2.0]);
        assert_eq!(nodes(1, 2), [-2.0, -2.0, 2.0, -2.0, -2.0, 2.0, 2.0, 2.0]);
        assert_eq!(nodes(32, 2).len(), 2 * 33 * 33);
        assert!(nodes(0, 2).is_empty());
    }
}
