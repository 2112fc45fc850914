//! Checkpoints: a whole run as one safetensors file.
//!
//! | tensor | what |
//! |---|---|
//! | `generator.model.0.weight`, … | parameters and running statistics, PyTorch's names and layout |
//! | `discriminator.model.0.weight_u`, … | the vectors of spectral normalisation, where it is on |
//! | `average.generator.model.0.weight`, … | the average of the parameters, where one is kept |
//! | `optimizer.generator.model.0.weight.exp_avg`, `.exp_avg_sq`, … | Adam's state |
//! | `optimizer.generator.step`, … | how many updates that state has seen |
//!
//! The metadata hold the settings that the model uses as JSON, and how far the run has
//! come. In PyTorch, `load_state_dict` of the article's `Generator` takes the tensors
//! whose names begin with `generator.`, without that prefix. Half-precision
//! tensors are read as well; a file without optimizer state resumes with a
//! fresh optimizer, and may say nothing of how far the run has come. A generator's
//! `state_dict` alone begins a run of an experiment that it fits.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};
use safetensors::tensor::{Dtype, SafeTensors};
use serde_json::json;

use crate::feed::Progress;
use crate::image;
use crate::network::{Network, Parameters, TensorSpec};
use crate::optimizer::{Adam, AdamConfig};
use crate::player::Player;
use crate::system::System;
use crate::tensor_file::{Entry, check_shape, gather, open, to_file};
use crate::training::read;
use crate::{Dataset, Error, ErrorCode, Experiment, Result, Training};

pub use crate::tensor_file::Precision;

/// Value of the metadata's `ganvas` key.
const VERSION: &str = "1";
/// Largest count: a thousand steps a second reach it in thirty years.
const MAX_COUNT: u64 = 1_000_000_000_000;

impl Training {
    /// This run as safetensors bytes; loading them resumes it exactly.
    ///
    /// # Errors
    ///
    /// `device_lost` when the device cannot be read, `diverged` when a number of it is not finite.
    pub async fn save(&self) -> Result<Vec<u8>> {
        self.save_as(Precision::Full).await
    }

    /// This run as safetensors bytes of the given precision.
    ///
    /// # Errors
    ///
    /// As [`Training::save`]; `bad_checkpoint` for a number that half precision cannot hold.
    pub async fn save_as(&self, precision: Precision) -> Result<Vec<u8>> {
        let mut file = Vec::new();
        for player in self.system.players() {
            put_player(&mut file, player, precision).await?;
        }
        let Progress {
            discriminator_updates,
            generator_updates,
        } = self.progress();
        let metadata = [
            ("format", "pt".to_owned()),
            ("ganvas", VERSION.to_owned()),
            ("experiment", self.experiment.to_record().to_string()),
            ("step", generator_updates.to_string()),
            ("discriminator_updates", discriminator_updates.to_string()),
            ("dataset", self.dataset().name().to_owned()),
        ];
        let metadata = metadata.map(|(key, value)| (key.to_owned(), value));
        to_file(&file, HashMap::from(metadata))
    }

    /// A run from checkpoint bytes, to be continued on `dataset` and `device`.
    ///
    /// # Errors
    ///
    /// `bad_checkpoint` when the bytes are not a checkpoint of this program or
    /// when a tensor is missing, misshapen or not finite; `bad_experiment` when
    /// the dataset is too small for the run's batches; `bad_dataset` as of [`Training::new`].
    pub fn load(bytes: &[u8], dataset: impl Into<Arc<Dataset>>, device: &Device) -> Result<Self> {
        let file = open(bytes)?;
        let metadata = metadata(bytes)?;
        let experiment = experiment_of(&file, &metadata)?;
        let progress = Progress {
            generator_updates: counter(&file, &metadata, "step")?,
            discriminator_updates: counter(&file, &metadata, "discriminator_updates")?,
        };
        // Before anything is made: the file bounds the size of what is made.
        check_tensors(&file, &experiment)?;
        let mut training = Training::new(experiment, dataset, device)?;
        training.feed.progress = progress;
        for player in training.system.players_mut() {
            take_player(&file, player, progress, device)?;
        }
        Ok(training)
    }

    /// A fresh run of the same experiment whose generator has the numbers of a plain
    /// `state_dict`: safetensors with the generator's tensors alone, with or without
    /// the prefix `generator.`, and no metadata of this program. A VAE's generator is its
    /// decoder, with the prefix `decoder.`; CycleGAN's is `generator_ab.`.
    ///
    /// # Errors
    ///
    /// `bad_checkpoint` when they do not fit, saying which tensor the experiment asks for
    /// and what metadata would make the file speak for itself.
    pub fn adopt(&self, bytes: &[u8], device: &Device) -> Result<Self> {
        let file = open(bytes)?;
        let dataset = Arc::clone(self.dataset());
        let mut training = Training::new(self.experiment.clone(), dataset, device)?;
        let model = self.experiment.model.as_str();
        let width = self.experiment.width;
        let hint = |error: Error| {
            let (problem, advice) = (error.message(), what_to_add(&file));
            Error::checkpoint(format!(
                "the file does not say its experiment and does not fit the present one \
                 ({model}, width {width}): {problem}. {advice}"
            ))
        };
        let generator = training.system.behaviour_mut().maker_mut();
        let prefix = format!("{}.", generator.name);
        let prefixed = file.names().iter().any(|name| name.starts_with(&prefix));
        let name = |spec: &TensorSpec| match prefixed {
            true => format!("{prefix}{}", spec.name),
            false => spec.name.clone(),
        };
        let network = &generator.network;
        let flat = gather(&file, network.parameters(), network.flat_len(), name).map_err(hint)?;
        let length = network.statistics_len();
        let statistics = gather(&file, network.statistics(), length, name).map_err(hint)?;
        generator.parameters = Parameters::from_vecs(flat, statistics, device);
        generator.adam = Adam::of(&generator.config, &generator.parameters.flat);
        Ok(training)
    }
}

/// The experiment that a checkpoint was made by.
///
/// # Errors
///
/// `bad_checkpoint` when the bytes are not a checkpoint of this program.
pub fn experiment(bytes: &[u8]) -> Result<Experiment> {
    experiment_of(&open(bytes)?, &metadata(bytes)?)
}

/// Whether the bytes are tensors without a run: what [`Training::adopt`] is for.
pub fn is_plain(bytes: &[u8]) -> bool {
    open(bytes).is_ok() && metadata(bytes).is_ok_and(|metadata| !metadata.contains_key("ganvas"))
}

/// Which tensors of a player a file may hold, and what they are called.
struct Names<'a> {
    player: &'a str,
    network: &'a Network,
    averaged: bool,
}

impl<'a> Names<'a> {
    fn of(player: &'a str, network: &'a Network, config: &AdamConfig) -> Self {
        Self {
            player,
            network,
            averaged: config.average_decay > 0.0,
        }
    }

    fn own(&self, spec: &TensorSpec) -> String {
        format!("{}.{}", self.player, spec.name)
    }

    fn average(&self, spec: &TensorSpec) -> String {
        format!("average.{}", self.own(spec))
    }

    fn moment(&self, spec: &TensorSpec, suffix: &str) -> String {
        format!("optimizer.{}.{suffix}", self.own(spec))
    }

    fn updates(&self) -> String {
        format!("optimizer.{}.step", self.player)
    }

    /// The power iteration's vector of a weight, as PyTorch names it.
    fn direction(&self, spec: &TensorSpec) -> String {
        format!("{}_u", self.own(spec))
    }

    /// The counts of training passes, one for each layer that has running statistics.
    fn counts(&self) -> impl Iterator<Item = String> {
        let layers = self.network.statistics().iter();
        let layers = layers.filter_map(|spec| spec.name.strip_suffix("running_mean"));
        layers.map(|layer| format!("{}.{layer}num_batches_tracked", self.player))
    }

    /// Every tensor that a file may hold.
    fn all(&self) -> Vec<String> {
        let parameters = self.network.parameters().iter();
        let mut names: Vec<String> = parameters
            .flat_map(|spec| {
                let mut names = vec![
                    self.own(spec),
                    self.moment(spec, "exp_avg"),
                    self.moment(spec, "exp_avg_sq"),
                ];
                names.extend(self.averaged.then(|| self.average(spec)));
                names
            })
            .collect();
        names.extend(self.network.statistics().iter().map(|spec| self.own(spec)));
        names.extend(
            self.network
                .spectral_weights()
                .map(|spec| self.direction(spec)),
        );
        names.extend(self.counts());
        names.push(self.updates());
        names
    }
}

impl Player {
    fn names(&self) -> Names<'_> {
        Names::of(self.name, &self.network, &self.config)
    }
}

async fn put_player(file: &mut Vec<Entry>, player: &Player, precision: Precision) -> Result<()> {
    let names = player.names();
    let network = &player.network;
    let flat = numbers(&player.parameters.flat).await?;
    let statistics = numbers(&player.parameters.statistics).await?;
    let mut put = |name: String, spec: &TensorSpec, values: &[f32]| -> Result<()> {
        let values = &values[spec.range()];
        file.push(Entry::floats(name, spec.shape.clone(), values, precision)?);
        Ok(())
    };
    for spec in network.parameters() {
        put(names.own(spec), spec, &flat)?;
    }
    for spec in network.statistics() {
        put(names.own(spec), spec, &statistics)?;
    }
    if let Some(average) = &player.adam.average {
        let average = numbers(average).await?;
        for spec in network.parameters() {
            put(names.average(spec), spec, &average)?;
        }
    }
    if precision == Precision::Full {
        let mean = numbers(&player.adam.mean).await?;
        let square = numbers(&player.adam.square).await?;
        for spec in network.parameters() {
            put(names.moment(spec, "exp_avg"), spec, &mean)?;
            put(names.moment(spec, "exp_avg_sq"), spec, &square)?;
        }
        file.push(Entry::count(names.updates(), player.adam.updates));
    }
    let directions = &player.parameters.directions;
    for (spec, direction) in network.spectral_weights().zip(directions) {
        let values = numbers(direction).await?;
        let shape = vec![values.len()];
        file.push(Entry::floats(
            names.direction(spec),
            shape,
            &values,
            precision,
        )?);
    }
    file.extend(names.counts().map(|name| Entry::count(name, player.passes)));
    Ok(())
}

/// Numbers from the device, if all of them are some: a file with others could not be read
/// again.
async fn numbers(tensor: &Tensor<1>) -> Result<Vec<f32>> {
    let values = read(tensor.clone()).await?;
    if values.iter().all(|value| value.is_finite()) {
        return Ok(values);
    }
    Err(Error::new(
        ErrorCode::Diverged,
        "the parameters are no longer numbers: reset, or lower the learning rates",
    ))
}

fn metadata(bytes: &[u8]) -> Result<HashMap<String, String>> {
    let (_, header) = SafeTensors::read_metadata(bytes)
        .map_err(|error| Error::checkpoint(format!("this is not a safetensors file: {error}")))?;
    Ok(header.metadata().clone().unwrap_or_default())
}

fn experiment_of(file: &SafeTensors<'_>, metadata: &HashMap<String, String>) -> Result<Experiment> {
    match metadata.get("ganvas").map(String::as_str) {
        Some(VERSION) => {}
        Some(other) => {
            return Err(Error::checkpoint(format!(
                "the checkpoint has format version {}, this program reads {VERSION}",
                other.chars().take(20).collect::<String>()
            )));
        }
        None => {
            let advice = what_to_add(file);
            return Err(Error::checkpoint(format!(
                "the file holds tensors, but no run of this program. {advice}"
            )));
        }
    }
    let json = metadata.get("experiment").ok_or_else(|| {
        let advice = what_to_add(file);
        Error::checkpoint(format!(
            "the checkpoint does not name its experiment. {advice}"
        ))
    })?;
    serde_json::from_str(json)
        .map_err(|error| Error::new(ErrorCode::BadExperiment, error.to_string()))
        .and_then(Experiment::from_checkpoint)
        .map_err(|error| Error::checkpoint(format!("the checkpoint's experiment: {error}")))
}

/// What a file needs in order to be read by itself, with the numbers that it gives away.
fn what_to_add(file: &SafeTensors<'_>) -> String {
    let experiment = match stem(file) {
        Some((width, latent_dim, image_size)) => json!({
            "model": "dcgan", "width": width, "latent_dim": latent_dim, "image_size": image_size,
        })
        .to_string(),
        None => r#"{"model": …, "width": …, "latent_dim": …}"#.to_owned(),
    };
    format!(
        "Choose its settings first, or add the metadata \"ganvas\" = \"{VERSION}\" and \
         \"experiment\" = {experiment}, as tools/ganvas_pytorch.py convert does"
    )
}

/// Width, latent length and side of the images of a DCGAN's generator, from the shape
/// `[z, 4w, 4, 4]` of its first layer: `[z, 8w, 4, 4]` where there is one more stage.
fn stem(file: &SafeTensors<'_>) -> Option<(usize, usize, usize)> {
    let shape = |layer: usize| {
        let name = format!("model.{layer}.weight");
        let view = file.tensor(&format!("generator.{name}"));
        let view = view.or_else(|_| file.tensor(&name));
        // The names of a bare nn.Sequential.
        let view = view.or_else(|_| file.tensor(&format!("{layer}.weight")));
        view.ok().map(|view| view.shape().to_vec())
    };
    let &[latent_dim, channels, 4, 4] = shape(0)?.as_slice() else {
        return None;
    };
    let [smallest, next] = image::SIDES;
    let (stages, image_size) = match shape(12).is_some_and(|shape| shape.len() == 4) {
        true => (8, next),
        false => (4, smallest),
    };
    let whole = channels.is_multiple_of(stages) && channels > 0;
    whole.then_some((channels / stages, latent_dim, image_size))
}

/// Whether the file has Adam's state. Weights alone come from elsewhere: they need not
/// say how they were trained.
fn has_optimizer(file: &SafeTensors<'_>) -> bool {
    let mut names = file.names().into_iter();
    names.any(|name| name.starts_with("optimizer."))
}

fn counter(file: &SafeTensors<'_>, metadata: &HashMap<String, String>, key: &str) -> Result<u64> {
    let Some(text) = metadata.get(key) else {
        return match has_optimizer(file) {
            true => Err(Error::checkpoint(format!(
                "the checkpoint's {key} is missing"
            ))),
            false => Ok(0),
        };
    };
    let count = text.parse().ok().filter(|value| *value <= MAX_COUNT);
    count.ok_or_else(|| {
        Error::checkpoint(format!(
            "the checkpoint's {key} is not a count that a run can reach"
        ))
    })
}

/// Whether the file holds every parameter of the experiment's networks, and nothing that
/// does not belong to them.
fn check_tensors(file: &SafeTensors<'_>, experiment: &Experiment) -> Result<()> {
    let mut known = HashSet::new();
    for seat in System::seats(experiment)? {
        let names = Names::of(seat.name, &seat.network, &seat.config);
        for spec in seat.network.parameters() {
            check_shape(file, &names.own(spec), &spec.shape)?;
        }
        known.extend(names.all());
    }
    match file.names().into_iter().find(|name| !known.contains(*name)) {
        None => Ok(()),
        Some(name) => Err(Error::checkpoint(format!(
            "the tensor {} does not belong to the model {}",
            name.chars().take(80).collect::<String>(),
            experiment.model.as_str()
        ))),
    }
}

fn take_player(
    file: &SafeTensors<'_>,
    player: &mut Player,
    progress: Progress,
    device: &Device,
) -> Result<()> {
    let names = player.names();
    let network = &player.network;
    let of_parameters = |name: &dyn Fn(&TensorSpec) -> String| {
        gather(file, network.parameters(), network.flat_len(), name)
    };
    let flat = of_parameters(&|spec| names.own(spec))?;
    let length = network.statistics_len();
    let statistics = gather(file, network.statistics(), length, |spec| names.own(spec))?;
    let directions = network
        .spectral_weights()
        .map(|spec| {
            let u = TensorSpec {
                shape: vec![spec.shape[0]],
                offset: 0,
                ..spec.clone()
            };
            let name = |spec: &TensorSpec| names.direction(spec);
            gather(file, std::slice::from_ref(&u), u.len(), name)
        })
        .collect::<Result<_>>()?;
    let parameters =
        Parameters::from_vecs(flat, statistics, device).with_directions(directions, device);

    let mut adam = Adam::of(&player.config, &parameters.flat);
    if has_optimizer(file) {
        let moment = |suffix: &str| {
            of_parameters(&|spec| names.moment(spec, suffix)).map(|values| upload(values, device))
        };
        adam.mean = moment("exp_avg")?;
        adam.square = moment("exp_avg_sq")?;
        adam.updates = match count(file, &names.updates())? {
            Some(updates) => updates,
            // Files from before it was written down: runs that began with fresh optimizers.
            None if player.name.starts_with("discriminator") => progress.discriminator_updates,
            None => progress.generator_updates,
        };
    }
    // A file from before there were averages begins one with its parameters.
    let has_average = file.names().iter().any(|name| name.starts_with("average."));
    if adam.average.is_some() && has_average {
        let average = of_parameters(&|spec| names.average(spec))?;
        adam.average = Some(upload(average, device));
    }
    // All layers see every pass; a file that says otherwise is taken at its highest count.
    let mut passes = 0;
    for name in names.counts() {
        passes = match count(file, &name)? {
            Some(seen) => passes.max(seen),
            None if has_optimizer(file) => {
                return Err(Error::checkpoint(format!("the tensor {name} is missing")));
            }
            None => passes,
        };
    }
    player.parameters = parameters;
    player.adam = adam;
    player.passes = passes;
    Ok(())
}

/// A count, if the file has it.
fn count(file: &SafeTensors<'_>, name: &str) -> Result<Option<u64>> {
    let Ok(view) = file.tensor(name) else {
        return Ok(None);
    };
    Some(view)
        .filter(|view| view.dtype() == Dtype::I64)
        .and_then(|view| view.data().try_into().ok().map(i64::from_le_bytes))
        .and_then(|count| u64::try_from(count).ok())
        .filter(|count| *count <= MAX_COUNT)
        .map(Some)
        .ok_or_else(|| {
            Error::checkpoint(format!(
                "the tensor {name} is not a count that a run can reach"
            ))
        })
}

fn upload(values: Vec<f32>, device: &Device) -> Tensor<1> {
    let length = values.len();
    Tensor::from_data(TensorData::new(values, [length]), device)
}
