//! Checkpoints: a whole run as one safetensors file.
//!
//! | tensor | what |
//! |---|---|
//! | `generator.model.0.weight`, … | parameters and running statistics, PyTorch's names and layout |
//! | `discriminator.model.0.weight_u`, … | the vectors of spectral normalisation, where it is on |
//! | `optimizer.generator.model.0.weight.exp_avg`, `.exp_avg_sq`, … | Adam's state |
//!
//! The metadata hold the experiment as JSON and how far the run has come. In
//! PyTorch, `load_state_dict` of the article's `Generator` takes the tensors
//! whose names begin with `generator.`, without that prefix. Half-precision
//! tensors are read as well; a file without optimizer state resumes with a
//! fresh optimizer.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use burn::tensor::{Device, Tensor};
use safetensors::tensor::{Dtype, SafeTensorError, SafeTensors, TensorView, serialize};

use crate::model::{Parameters, TensorSpec};
use crate::optimizer::Adam;
use crate::trainer::Player;
use crate::training::{Progress, read};
use crate::{Dataset, Error, ErrorCode, Experiment, Result, Training};

/// Value of the metadata's `ganvas` key.
const VERSION: &str = "1";
/// Largest file that is looked at: several times the largest experiment.
const MAX_BYTES: usize = 1 << 30;
/// Largest count: beyond it, numbers are no longer exact in JavaScript.
const MAX_COUNT: u64 = (1 << 53) - 1;

/// Number type of a checkpoint's weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// 32 bits, with optimizer state: resumes exactly.
    Full,
    /// 16 bits, weights only: half the bytes, for showing.
    Half,
}

impl Training {
    /// This run as safetensors bytes; loading them resumes it exactly.
    ///
    /// # Errors
    ///
    /// `device_lost` when the device cannot be read.
    pub async fn save(&self) -> Result<Vec<u8>> {
        self.save_as(Precision::Full).await
    }

    /// This run as safetensors bytes of the given precision.
    ///
    /// # Errors
    ///
    /// As [`Training::save`].
    pub async fn save_as(&self, precision: Precision) -> Result<Vec<u8>> {
        let mut file = Vec::new();
        for player in self.system.players() {
            put_player(&mut file, player, precision).await?;
        }
        let Progress {
            discriminator_updates,
            generator_updates,
        } = self.progress;
        let metadata = HashMap::from([
            ("format".to_owned(), "pt".to_owned()),
            ("ganvas".to_owned(), VERSION.to_owned()),
            ("experiment".to_owned(), self.experiment.to_json()),
            ("step".to_owned(), generator_updates.to_string()),
            (
                "discriminator_updates".to_owned(),
                discriminator_updates.to_string(),
            ),
            ("dataset".to_owned(), self.dataset().name().to_owned()),
        ]);
        to_file(&file, metadata)
    }

    /// A run from checkpoint bytes, to be continued on `dataset` and `device`.
    ///
    /// # Errors
    ///
    /// `bad_checkpoint` when the bytes are not a checkpoint of this program or
    /// when a tensor is missing, misshapen or not finite; `bad_experiment` when
    /// the dataset is too small for the run's batches.
    pub fn load(bytes: &[u8], dataset: impl Into<Arc<Dataset>>, device: &Device) -> Result<Self> {
        let file = open(bytes)?;
        let metadata = metadata(bytes)?;
        let experiment = experiment_of(&metadata)?;
        let mut training = Training::new(experiment, dataset, device)?;
        training.progress = Progress {
            generator_updates: counter(&metadata, "step")?,
            discriminator_updates: counter(&metadata, "discriminator_updates")?,
        };
        refuse_unknown(&file, &training)?;
        let progress = training.progress;
        for player in training.system.players_mut() {
            let updates = if player.name.starts_with("discriminator") {
                progress.discriminator_updates
            } else {
                progress.generator_updates
            };
            take_player(&file, player, updates, device)?;
        }
        Ok(training)
    }
}

/// The experiment that a checkpoint was made by.
///
/// # Errors
///
/// `bad_checkpoint` when the bytes are not a checkpoint of this program.
pub fn experiment(bytes: &[u8]) -> Result<Experiment> {
    open(bytes)?;
    experiment_of(&metadata(bytes)?)
}

/// One tensor on its way into a file.
pub(crate) struct Entry {
    name: String,
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl Entry {
    fn view(&self) -> Result<TensorView<'_>, SafeTensorError> {
        TensorView::new(self.dtype, self.shape.clone(), &self.bytes)
    }

    pub(crate) fn floats(
        name: String,
        shape: Vec<usize>,
        values: &[f32],
        precision: Precision,
    ) -> Self {
        let (dtype, bytes) = match precision {
            Precision::Full => (
                Dtype::F32,
                values.iter().flat_map(|v| v.to_le_bytes()).collect(),
            ),
            Precision::Half => (
                Dtype::F16,
                values
                    .iter()
                    .flat_map(|v| half::f16::from_f32(*v).to_le_bytes())
                    .collect(),
            ),
        };
        Self {
            name,
            dtype,
            shape,
            bytes,
        }
    }
}

/// Safetensors bytes with the given tensors.
pub(crate) fn to_file(entries: &[Entry], metadata: HashMap<String, String>) -> Result<Vec<u8>> {
    let views: Vec<(&str, TensorView<'_>)> = entries
        .iter()
        .map(|entry| Ok((entry.name.as_str(), entry.view()?)))
        .collect::<Result<_, SafeTensorError>>()
        .map_err(|error| Error::internal(error.to_string()))?;
    serialize(views, Some(metadata)).map_err(|error| Error::internal(error.to_string()))
}

fn piece<'a>(flat: &'a [f32], spec: &TensorSpec) -> &'a [f32] {
    &flat[spec.offset..spec.offset + spec.len()]
}

async fn put_player(file: &mut Vec<Entry>, player: &Player, precision: Precision) -> Result<()> {
    let flat = finite(read(player.parameters.flat.clone()).await?)?;
    let statistics = finite(read(player.parameters.statistics.clone()).await?)?;
    for (specs, values) in [
        (player.network.parameters(), &flat),
        (player.network.statistics(), &statistics),
    ] {
        for spec in specs {
            file.push(Entry::floats(
                format!("{}.{}", player.name, spec.name),
                spec.shape.clone(),
                piece(values, spec),
                precision,
            ));
        }
    }
    for (spec, direction) in player
        .network
        .spectral_weights()
        .zip(&player.parameters.directions)
    {
        let values = finite(read(direction.clone()).await?)?;
        let shape = vec![values.len()];
        let name = direction_name(player.name, spec);
        file.push(Entry::floats(name, shape, &values, precision));
    }
    for layer in counted_layers(player) {
        file.push(Entry {
            name: count_name(player.name, layer),
            dtype: Dtype::I64,
            shape: Vec::new(),
            bytes: player.passes.to_le_bytes().to_vec(),
        });
    }
    if precision == Precision::Full {
        let mean = finite(read(player.adam.mean.clone()).await?)?;
        let square = finite(read(player.adam.square.clone()).await?)?;
        for spec in player.network.parameters() {
            for (suffix, values) in [("exp_avg", &mean), ("exp_avg_sq", &square)] {
                file.push(Entry::floats(
                    format!("optimizer.{}.{}.{suffix}", player.name, spec.name),
                    spec.shape.clone(),
                    piece(values, spec),
                    precision,
                ));
            }
        }
    }
    Ok(())
}

/// The same numbers, if all of them are some: a file with others could not be read again,
/// and a kernel may hide them from the losses, where max(NaN, 0) is 0.
fn finite(values: Vec<f32>) -> Result<Vec<f32>> {
    if values.iter().all(|value| value.is_finite()) {
        Ok(values)
    } else {
        Err(Error::new(
            ErrorCode::Diverged,
            "the parameters are no longer numbers: reset, or lower the learning rates",
        ))
    }
}

pub(crate) fn open(bytes: &[u8]) -> Result<SafeTensors<'_>> {
    if bytes.len() > MAX_BYTES {
        return Err(Error::checkpoint("the file is larger than 1 GiB"));
    }
    SafeTensors::deserialize(bytes)
        .map_err(|error| Error::checkpoint(format!("this is not a safetensors file: {error}")))
}

fn metadata(bytes: &[u8]) -> Result<HashMap<String, String>> {
    let (_, header) = SafeTensors::read_metadata(bytes)
        .map_err(|error| Error::checkpoint(format!("this is not a safetensors file: {error}")))?;
    Ok(header.metadata().clone().unwrap_or_default())
}

fn experiment_of(metadata: &HashMap<String, String>) -> Result<Experiment> {
    match metadata.get("ganvas").map(String::as_str) {
        Some(VERSION) => {}
        Some(other) => {
            return Err(Error::checkpoint(format!(
                "the checkpoint has format version {}, this program reads {VERSION}",
                other.chars().take(20).collect::<String>()
            )));
        }
        None => {
            return Err(Error::checkpoint(
                "the file holds tensors, but no run of this program",
            ));
        }
    }
    let json = metadata
        .get("experiment")
        .ok_or_else(|| Error::checkpoint("the checkpoint does not name its experiment"))?;
    serde_json::from_str(json)
        .map_err(|error| Error::new(ErrorCode::BadExperiment, error.to_string()))
        .and_then(Experiment::from_record)
        .map_err(|error| Error::checkpoint(format!("the checkpoint's experiment: {error}")))
}

fn counter(metadata: &HashMap<String, String>, key: &str) -> Result<u64> {
    metadata
        .get(key)
        .and_then(|text| text.parse().ok())
        .filter(|value| *value <= MAX_COUNT)
        .ok_or_else(|| {
            Error::checkpoint(format!("the checkpoint's {key} is missing or not a number"))
        })
}

/// A tensor that no network asks for means that the file is of another model.
fn refuse_unknown(file: &SafeTensors<'_>, training: &Training) -> Result<()> {
    let known: HashSet<String> = training
        .system
        .players()
        .into_iter()
        .flat_map(names)
        .collect();
    match file.names().into_iter().find(|name| !known.contains(*name)) {
        None => Ok(()),
        Some(name) => Err(Error::checkpoint(format!(
            "the tensor {} does not belong to the model {:?}",
            name.chars().take(80).collect::<String>(),
            training.experiment.model
        ))),
    }
}

/// Every tensor of one network that a file may hold.
fn names(player: &Player) -> Vec<String> {
    let network = &player.network;
    let own = |name: &str| format!("{}.{name}", player.name);
    let parameters = network.parameters().iter().flat_map(|spec| {
        let name = own(&spec.name);
        [
            format!("optimizer.{name}.exp_avg"),
            format!("optimizer.{name}.exp_avg_sq"),
            name,
        ]
    });
    let statistics = network.statistics().iter().map(|spec| own(&spec.name));
    let counts = counted_layers(player).map(|layer| count_name(player.name, layer));
    let directions = network
        .spectral_weights()
        .map(|spec| direction_name(player.name, spec));
    parameters
        .chain(statistics)
        .chain(counts)
        .chain(directions)
        .collect()
}

/// Names of the layers that count their passes, such as `model.1.`.
fn counted_layers(player: &Player) -> impl Iterator<Item = &str> {
    let statistics = player.network.statistics().iter();
    statistics.filter_map(|spec| spec.name.strip_suffix("running_mean"))
}

fn count_name(player: &str, layer: &str) -> String {
    format!("{player}.{layer}num_batches_tracked")
}

/// The power iteration's vector of a weight, as PyTorch names it.
fn direction_name(player: &str, spec: &TensorSpec) -> String {
    format!("{player}.{}_u", spec.name)
}

fn take_player(
    file: &SafeTensors<'_>,
    player: &mut Player,
    updates: u64,
    device: &Device,
) -> Result<()> {
    let network = &player.network;
    let name = player.name;
    let weights = |spec: &TensorSpec| format!("{name}.{}", spec.name);
    let flat = gather(file, network.parameters(), network.flat_len(), weights)?;
    let statistics = gather(
        file,
        network.statistics(),
        network.statistics_len(),
        weights,
    )?;

    let optimizer =
        |spec: &TensorSpec, suffix: &str| format!("optimizer.{name}.{}.{suffix}", spec.name);
    let has_optimizer = file.names().iter().any(|n| n.starts_with("optimizer."));
    player.adam = if has_optimizer {
        let state = |suffix: &str| {
            gather(file, network.parameters(), network.flat_len(), |spec| {
                optimizer(spec, suffix)
            })
            .map(|values| upload(values, device))
        };
        Adam {
            mean: state("exp_avg")?,
            square: state("exp_avg_sq")?,
            updates,
        }
    } else {
        Adam::new(network.flat_len(), device)
    };
    // All layers see every pass; a file that says otherwise is taken at its highest count.
    let mut most = 0;
    for layer in counted_layers(player) {
        most = most.max(passes(file, &count_name(name, layer))?);
    }
    player.passes = most;
    let mut directions = Vec::new();
    for spec in network.spectral_weights() {
        let u = TensorSpec {
            shape: vec![spec.shape[0]],
            offset: 0,
            ..spec.clone()
        };
        let name = |spec: &TensorSpec| direction_name(player.name, spec);
        directions.push(gather(file, std::slice::from_ref(&u), u.len(), name)?);
    }
    player.parameters =
        Parameters::from_vecs(flat, statistics, device).with_directions(directions, device);
    Ok(())
}

fn passes(file: &SafeTensors<'_>, name: &str) -> Result<u64> {
    file.tensor(name)
        .ok()
        .filter(|view| view.dtype() == Dtype::I64)
        .and_then(|view| view.data().try_into().ok().map(i64::from_le_bytes))
        .and_then(|passes| u64::try_from(passes).ok())
        .filter(|passes| *passes <= MAX_COUNT)
        .ok_or_else(|| Error::checkpoint(format!("the tensor {name} is missing or not a count")))
}

/// The named tensors in one flat vector.
pub(crate) fn gather(
    file: &SafeTensors<'_>,
    specs: &[TensorSpec],
    length: usize,
    name_of: impl Fn(&TensorSpec) -> String,
) -> Result<Vec<f32>> {
    let mut flat = vec![0.0; length];
    for spec in specs {
        let name = name_of(spec);
        let view = file
            .tensor(&name)
            .map_err(|_| Error::checkpoint(format!("the tensor {name} is missing")))?;
        if view.shape() != spec.shape {
            return Err(Error::checkpoint(format!(
                "the tensor {name} has shape {:?}, the experiment asks for {:?}",
                view.shape(),
                spec.shape
            )));
        }
        let values = floats(&view).ok_or_else(|| {
            Error::checkpoint(format!("the tensor {name} is not of 16 or 32-bit floats"))
        })?;
        if let Some(bad) = values.iter().find(|value| !value.is_finite()) {
            return Err(Error::checkpoint(format!("the tensor {name} holds {bad}")));
        }
        // Their roots are taken: one number below zero would spoil the whole run.
        if (name.ends_with("running_var") || name.ends_with("exp_avg_sq"))
            && values.iter().any(|value| *value < 0.0)
        {
            return Err(Error::checkpoint(format!(
                "the tensor {name} holds numbers below zero"
            )));
        }
        flat[spec.offset..spec.offset + spec.len()].copy_from_slice(&values);
    }
    Ok(flat)
}

fn floats(view: &TensorView<'_>) -> Option<Vec<f32>> {
    let data = view.data();
    match view.dtype() {
        Dtype::F32 => Some(
            data.as_chunks::<4>()
                .0
                .iter()
                .map(|bytes| f32::from_le_bytes(*bytes))
                .collect(),
        ),
        Dtype::F16 => Some(
            data.as_chunks::<2>()
                .0
                .iter()
                .map(|bytes| half::f16::from_le_bytes(*bytes).to_f32())
                .collect(),
        ),
        _ => None,
    }
}

fn upload(values: Vec<f32>, device: &Device) -> Tensor<1> {
    let length = values.len();
    Tensor::from_data(burn::tensor::TensorData::new(values, [length]), device)
}
