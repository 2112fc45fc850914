//! What a run on the plane draws, as numbers.

use super::{Training, read};
use crate::error::within;
use crate::system::Request;
use crate::{Error, Result};

/// Most points that one call samples.
pub const MAX_POINTS: usize = 10_000;

impl Training {
    /// `count` new points G(z), x and y in turn; the same `seed` gives the same latents
    /// again.
    ///
    /// # Errors
    ///
    /// `bad_experiment` when `count` is 0 or above 10,000 or when the model makes pictures,
    /// `device_lost` when the device cannot be read.
    pub async fn sample_points(&self, count: usize, seed: u64) -> Result<Vec<f32>> {
        if !self.experiment.model.has_points() {
            return Err(Error::experiment(
                "model",
                "this model makes pictures, and no points of the plane",
            ));
        }
        within("count", &(1..=MAX_POINTS), count)?;
        let request = Request::Judged {
            rows: 0..count,
            seed,
        };
        let behaviour = self.system.behaviour();
        let mut points = Vec::with_capacity(2 * count);
        for batch in behaviour.draw(&self.feed, request, self.weights)? {
            points.extend(read(batch.flatten(0, 3)).await?);
        }
        Ok(points)
    }
}
