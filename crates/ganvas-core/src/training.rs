//! A run: an experiment, what it is fed, and its system.

mod change;
mod eyes;
mod nearest;
mod pictures;
mod points;
mod report;
mod samples;
mod walk;

pub use change::Change;
pub use eyes::{Chosen, Eyes, Gaze};
pub use nearest::Nearest;
pub use report::Report;
pub use samples::{Pixels, Samples};
pub use walk::{After, Layer, Phase, PhaseName, PlayerName, Pulls, Walk};

use std::sync::Arc;

use burn::tensor::{Device, Tensor};

use crate::experiment::DatasetName;
use crate::feed::{Feed, Progress};
use crate::player::Weights;
use crate::system::{System, Update};
use crate::{Dataset, Error, ErrorCode, Experiment, Result};

/// A run of one experiment on one dataset and device.
///
/// Updates put work on the device and read nothing back; [`Training::report`]
/// and the sampling functions read, asynchronously, because a browser cannot wait.
#[derive(Debug, Clone)]
pub struct Training {
    pub(crate) experiment: Experiment,
    pub(crate) system: System,
    pub(crate) feed: Feed,
    weights: Weights,
}

impl Training {
    /// Builds the networks with fresh parameters.
    ///
    /// # Errors
    ///
    /// `bad_experiment` when a setting is out of range or a batch is larger than the
    /// dataset, `bad_dataset` when a conditional model gets no labels, or points come where
    /// images are wanted, or the other way round.
    pub fn new(
        experiment: Experiment,
        dataset: impl Into<Arc<Dataset>>,
        device: &Device,
    ) -> Result<Self> {
        experiment.validate()?;
        Ok(Self {
            feed: Feed::new(&experiment, dataset.into(), device)?,
            system: System::new(&experiment, device)?,
            experiment,
            weights: Weights::default(),
        })
    }

    /// The experiment that runs.
    pub fn experiment(&self) -> &Experiment {
        &self.experiment
    }

    /// The dataset that it learns.
    pub fn dataset(&self) -> &Arc<Dataset> {
        self.feed.dataset()
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        self.feed.progress
    }

    /// The networks.
    pub fn system(&self) -> &System {
        &self.system
    }

    /// What it is fed.
    pub fn feed(&self) -> &Feed {
        &self.feed
    }

    /// How many numbers are learnt.
    pub fn parameter_count(&self) -> usize {
        self.system
            .players()
            .iter()
            .map(|player| player.network.parameter_count())
            .sum()
    }

    /// Goes on with other data of the same kind.
    ///
    /// # Errors
    ///
    /// As [`Training::new`]; the old data stay.
    pub fn set_dataset(&mut self, dataset: impl Into<Arc<Dataset>>) -> Result<()> {
        self.feed.set_dataset(dataset.into())
    }

    /// Goes on with other points. On the plane the experiment itself says what the data are,
    /// and so do the files of the run.
    ///
    /// # Errors
    ///
    /// As [`Training::set_dataset`]; `bad_experiment` where name and drawing do not go with
    /// the experiment. The old data stay.
    pub fn set_points(
        &mut self,
        dataset: impl Into<Arc<Dataset>>,
        name: DatasetName,
        drawing: &str,
    ) -> Result<()> {
        let experiment = Experiment {
            dataset: name,
            drawing: drawing.into(),
            ..self.experiment.clone()
        };
        let mut feed = self.feed.clone();
        feed.set_dataset(dataset.into())?;
        experiment.validate()?;
        (self.feed, self.experiment) = (feed, experiment);
        Ok(())
    }

    /// One whole step.
    ///
    /// # Errors
    ///
    /// None: a whole step is always possible.
    pub fn step(&mut self) -> Result<()> {
        self.update(Update::Both)
    }

    /// One update of one network, or a whole step.
    ///
    /// # Errors
    ///
    /// `bad_experiment` for one network's update in a system that has a single
    /// optimizer.
    pub fn update(&mut self, update: Update) -> Result<()> {
        self.system.behaviour_mut().update(&mut self.feed, update)
    }

    /// Goes on with other settings: the same networks with the same numbers, other losses,
    /// weights of terms, learning rates or numbers of updates. Moments of Adam, averages and
    /// the order of all random numbers stay; from the next update on the experiment is the
    /// changed one, also in a checkpoint.
    ///
    /// # Errors
    ///
    /// `bad_experiment` for what [`Experiment::tuned`] refuses; the run is as it was.
    pub fn tune(&mut self, changes: &serde_json::Value) -> Result<()> {
        let experiment = self.experiment.tuned(changes)?;
        self.system.behaviour_mut().tune(&experiment);
        self.experiment = experiment;
        Ok(())
    }

    /// Mean slope ‖∇ₓD(x̂)‖ of a Wasserstein critic at points between real and generated
    /// samples, x̂ = εx + (1 − ε)G(z), in scores a value of the sample; the same 64 of x, z and
    /// ε each time. A gradient penalty holds it at 1 (Gulrajani et al., *Improved Training of
    /// Wasserstein GANs*, 2017). None where D is no critic, and where its gradient by an image is
    /// no plain pass: with normalisations, spectral norms (which bound the slope by themselves)
    /// or classes. It does not change the run.
    ///
    /// # Errors
    ///
    /// `device_lost` when the device cannot be read.
    pub async fn critic_slope(&self) -> Result<Option<f64>> {
        let Some(slope) = self.system.behaviour().slope(&self.feed) else {
            return Ok(None);
        };
        Ok(read(slope?).await?.first().copied().map(f64::from))
    }

    /// Makes the averages of weights, where they are kept, the weights, with running
    /// statistics of their own: a checkpoint then holds, under the networks' usual names,
    /// what pictures show.
    pub fn adopt_averages(&mut self) {
        self.system.behaviour_mut().adopt_averages(&self.feed);
    }

    /// A whole step with its report on a copy, which is then thrown away: everything
    /// that a device prepares on first use is prepared. Nothing is read.
    ///
    /// # Errors
    ///
    /// As [`Training::step`].
    pub fn rehearse(&self) -> Result<()> {
        let mut copy = self.clone();
        copy.step()?;
        let _figures = copy.figures();
        Ok(())
    }
}

/// Numbers from the device.
pub(crate) async fn read(tensor: Tensor<1>) -> Result<Vec<f32>> {
    let data = tensor.into_data_async().await.map_err(|error| {
        Error::new(
            ErrorCode::DeviceLost,
            format!("cannot read the device: {error:?}"),
        )
    })?;
    data.try_into_vec::<f32>()
        .map_err(|error| Error::internal(format!("unexpected number type: {error:?}")))
}
