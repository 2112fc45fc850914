//! Pictures of the latent space of a run.

use crate::data::CLASSES;
use crate::error::within;
use crate::system::Request;
use crate::{Result, Training, latent};

/// Most images of a walk, and of a row of a plane.
const MAX_WALK: usize = 256;
const MAX_SIDE: usize = 24;

impl Training {
    /// `count` images on the great circle between the latents of two seeds (the
    /// ones that [`Training::sample`] draws first for them). A conditional system
    /// draws one class on the whole way, the last decimal digit of `from`.
    ///
    /// # Errors
    ///
    /// `bad_experiment` when `count` is not from 2 to 256, `device_lost` when the
    /// device cannot be read.
    pub async fn walk(&self, from: u64, to: u64, count: usize) -> Result<Vec<u8>> {
        within("count", &(2..=MAX_WALK), count)?;
        let z = latent::walk(from, to, count, self.experiment().latent_dim);
        self.draw_at(z, self.class_of(from)).await
    }

    /// `side` × `side` images of a plane through the latent of `seed`, row by row;
    /// `extent` is how far the plane reaches, in standard deviations. A conditional
    /// system draws one class everywhere, the last decimal digit of `seed`.
    ///
    /// # Errors
    ///
    /// `bad_experiment` when `side` is not from 2 to 24 or `extent` not from 0 to
    /// 10, `device_lost` when the device cannot be read.
    pub async fn plane(&self, seed: u64, side: usize, extent: f32) -> Result<Vec<u8>> {
        within("side", &(2..=MAX_SIDE), side)?;
        within("extent", &(0.0..=10.0), extent)?;
        let z = latent::plane(seed, side, extent, self.experiment().latent_dim);
        self.draw_at(z, self.class_of(seed)).await
    }

    /// The latent at a share `t` of a [walk](Training::walk), from 0 to 1, and the class that the
    /// walk keeps.
    ///
    /// # Errors
    ///
    /// `bad_experiment` when `t` is not from 0 to 1.
    pub fn walk_at(&self, from: u64, to: u64, t: f32) -> Result<(Vec<f32>, Option<u8>)> {
        within("at", &(0.0..=1.0), t)?;
        let z = latent::walk_at(from, to, t, self.experiment().latent_dim);
        Ok((z, self.class_of(from)))
    }

    /// The latent at a point of a [plane](Training::plane), `right` and `down` of the latent of
    /// `seed` in standard deviations, and the class that the plane keeps.
    ///
    /// # Errors
    ///
    /// `bad_experiment` when the point is more than 10 away.
    pub fn plane_at(&self, seed: u64, right: f32, down: f32) -> Result<(Vec<f32>, Option<u8>)> {
        within("right", &(-10.0..=10.0), right)?;
        within("down", &(-10.0..=10.0), down)?;
        let z = latent::plane_at(seed, right, down, self.experiment().latent_dim);
        Ok((z, self.class_of(seed)))
    }

    async fn draw_at(&self, z: Vec<f32>, label: Option<u8>) -> Result<Vec<u8>> {
        self.draw(Request::Latents { z, label }).await
    }

    /// The class that a walk keeps, where there are classes.
    fn class_of(&self, seed: u64) -> Option<u8> {
        let conditional = self.experiment().model.is_conditional();
        conditional.then_some((seed % CLASSES as u64) as u8)
    }
}
