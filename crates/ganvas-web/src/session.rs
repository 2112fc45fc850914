//! One run, as JavaScript sees it.

use std::sync::Arc;

use burn::tensor::Device;
use ganvas_core::data::{Distribution, point_text};
use ganvas_core::experiment::DatasetName;
use ganvas_core::metric::{self, Classifier, Judge};
use ganvas_core::player::Weights;
use ganvas_core::system::Classes;
use ganvas_core::training::{Change, Gaze, Walk};
use ganvas_core::{
    Dataset, Error, ErrorCode, Experiment, PlaneRequest, Report, Result, Training, Update,
    checkpoint, own_data,
};
use js_sys::{Function, Promise};
use serde::Serialize;
use serde_json::json;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::device::{self, Opened};
use crate::error::{from_js, throw, to_js};
use crate::plane;

/// How many digits the embedded dataset has; as many as the page's share of MNIST.
const PROCEDURAL_COUNT: usize = 10_000;
/// The embedded digits are the same for every experiment: its seed is for the networks.
const PROCEDURAL_SEED: u64 = 1;

/// Data to learn from, parsed and sound, and the words by which experiments ask for them.
///
/// They are made before a session is touched, so that a session takes them or leaves
/// them as a whole.
#[wasm_bindgen]
pub struct Data {
    dataset: Arc<Dataset>,
    word: DatasetName,
    /// The experiment's `drawing`.
    drawing: String,
}

#[wasm_bindgen]
impl Data {
    /// The embedded drawn digits.
    pub fn procedural() -> Data {
        Data {
            dataset: Arc::new(Dataset::procedural(PROCEDURAL_COUNT, PROCEDURAL_SEED)),
            word: DatasetName::Procedural,
            drawing: String::new(),
        }
    }

    /// The data of a dataset on the plane, and of its `drawing` where that is `points`.
    ///
    /// # Errors
    ///
    /// `bad_dataset` for another dataset and for points without a sound drawing.
    pub fn of_plane(dataset: &str, drawing: &str) -> Result<Data, JsValue> {
        let distribution = Distribution::named(dataset, drawing).map_err(throw)?;
        let distribution = distribution
            .ok_or_else(|| throw(Error::dataset(format!("{dataset} is none of the plane"))))?;
        let word = DatasetName::named(distribution.name());
        Ok(Data {
            word: word.unwrap_or(DatasetName::Points),
            drawing: match distribution {
                Distribution::Points(_) => drawing.to_owned(),
                _ => String::new(),
            },
            dataset: Arc::new(Dataset::plane(distribution)),
        })
    }

    /// Points that the reader draws, x and y in turn, rounded to about 0.01 so that a link
    /// can hold them; of more than 512 as many are kept.
    ///
    /// # Errors
    ///
    /// `bad_dataset` for an odd count of numbers, numbers that are not finite, fewer than two
    /// points or absurdly many.
    pub fn from_points(name: &str, pairs: &[f32]) -> Result<Data, JsValue> {
        let drawing = point_text::encode(pairs)
            .map_err(|error| throw(Error::dataset(format!("{name}: {}", error.message()))))?;
        Self::of_plane("points", &drawing)
    }

    /// The experiment's `drawing` for these data; empty where they are no drawn points.
    #[wasm_bindgen(getter)]
    pub fn drawing(&self) -> String {
        self.drawing.clone()
    }

    /// IDX bytes, gzip or plain. Those of the source `site` are its MNIST, all others
    /// are the reader's own.
    ///
    /// # Errors
    ///
    /// `bad_dataset`.
    pub fn from_idx(
        name: &str,
        source: &str,
        images: &[u8],
        labels: Option<Box<[u8]>>,
    ) -> Result<Data, JsValue> {
        let dataset = Dataset::from_idx(name, source, images, labels.as_deref()).map_err(throw)?;
        let word = match source {
            "site" => DatasetName::Mnist,
            _ => DatasetName::File,
        };
        Ok(Data {
            dataset: Arc::new(dataset),
            word,
            drawing: String::new(),
        })
    }
}

/// A training run on one device.
///
/// Every method that fails throws an `Error` with a stable `code`; the run goes
/// on as it was. Only a panic ends it (see `last_panic`).
#[wasm_bindgen]
pub struct Session {
    opened: Opened,
    training: Training,
    /// Which data run, whatever the experiment that they replaced had asked for.
    word: DatasetName,
    /// Their drawing, where they are points that somebody drew.
    drawing: String,
    /// Discriminator updates of a step that is not complete: a long step is taken in
    /// parts, so that a request need not wait for its end.
    begun: usize,
    /// An update of the round that is being walked through; it has changed nothing yet.
    walk: Option<Walk>,
    /// Who judges the run again and again, once somebody watches.
    judge: Option<Judge>,
}

/// A report, and what the update before it has changed, where that can be shown.
#[derive(Serialize)]
struct Stepped {
    #[serde(flatten)]
    report: Report,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<Change>,
}

impl Session {
    /// The burn device that it computes on, for programs in Rust.
    pub fn device(&self) -> Device {
        self.opened.device.clone()
    }

    /// Has what `run` launches compiled, on a GPU; nothing is computed.
    fn rehearse(&self, run: impl FnOnce() -> Result<()>) -> Result<(), JsValue> {
        self.check_device()?;
        #[cfg(feature = "webgpu")]
        if self.opened.backend == "webgpu" {
            return ganvas_kernels::ops::compile_only(run).map_err(throw);
        }
        drop(run);
        Ok(())
    }
}

#[wasm_bindgen]
impl Session {
    /// Opens the backend and builds the networks. On the plane the experiment says what the
    /// data are. Of digits there are only as many drawn ones as a batch needs: the dataset
    /// comes afterwards, through [`Session::use_data`].
    ///
    /// # Errors
    ///
    /// `webgpu_unavailable`, `bad_experiment`.
    pub async fn create(
        backend: String,
        #[wasm_bindgen(unchecked_param_type = "Experiment")] experiment: JsValue,
    ) -> Result<Session, JsValue> {
        let experiment = Experiment::from_value(from_js(experiment)?).map_err(throw)?;
        let opened = device::open(&backend).await.map_err(throw)?;
        // All of them take a moment to draw, while a GPU can compile already.
        let few = || Dataset::procedural(experiment.batch_size.max(64), PROCEDURAL_SEED);
        let (word, dataset) = match own_data(&experiment).map_err(throw)? {
            Some(points) => (experiment.dataset, points),
            None => (DatasetName::Procedural, few()),
        };
        let drawing = experiment.drawing.clone();
        let training = Training::new(experiment, dataset, &opened.device).map_err(throw)?;
        Ok(Session {
            opened,
            training,
            word,
            drawing,
            begun: 0,
            walk: None,
            judge: None,
        })
    }

    /// What runs: backend, adapter, model, dataset, experiment, step. The experiment's
    /// `dataset` names the data in use.
    ///
    /// # Errors
    ///
    /// `internal`.
    #[wasm_bindgen(unchecked_return_type = "Description")]
    pub fn describe(&self) -> Result<JsValue, JsValue> {
        let dataset = self.training.dataset();
        let experiment = self.in_use().to_value();
        to_js(&json!({
            "backend": self.opened.backend,
            "adapter": self.opened.adapter,
            "software": self.opened.software,
            "relaxed": cfg!(feature = "relaxed"),
            "threads": ganvas_kernels::threads::threads(),
            "model": experiment["model"],
            "parameters": self.training.parameter_count(),
            "dataset": {
                "name": dataset.name(),
                "count": dataset.count(),
                "source": dataset.source(),
            },
            "experiment": experiment,
            "step": self.training.progress().generator_updates,
            "averaged": self.training.is_averaged(),
            "weights": match self.training.weights() {
                Weights::Averaged => "averaged",
                Weights::Raw => "raw",
            },
        }))
    }

    /// The experiment with every field.
    ///
    /// # Errors
    ///
    /// `internal`.
    #[wasm_bindgen(unchecked_return_type = "Experiment")]
    pub fn experiment(&self) -> Result<JsValue, JsValue> {
        to_js(&self.in_use().to_value())
    }

    /// Goes on with other data.
    ///
    /// # Errors
    ///
    /// `bad_dataset` (a conditional model and no labels, points and a model of images, or
    /// the reverse), `bad_experiment` (fewer images than a batch); the old data stay.
    pub fn use_data(&mut self, data: &Data) -> Result<(), JsValue> {
        let dataset = Arc::clone(&data.dataset);
        let set = match self.training.experiment().model.has_points() {
            true => self.training.set_points(dataset, data.word, &data.drawing),
            false => self.training.set_dataset(dataset),
        };
        set.map_err(throw)?;
        self.word = data.word;
        self.walk = None;
        self.drawing.clone_from(&data.drawing);
        Ok(())
    }

    /// Goes on with other images: IDX bytes, gzip or plain.
    ///
    /// # Errors
    ///
    /// `bad_dataset`, `bad_experiment` (fewer images than a batch); the old images stay.
    pub fn load_dataset(
        &mut self,
        name: &str,
        source: &str,
        images: &[u8],
        labels: Option<Box<[u8]>>,
    ) -> Result<(), JsValue> {
        self.use_data(&Data::from_idx(name, source, images, labels)?)
    }

    /// Goes on with the embedded drawn digits.
    ///
    /// # Errors
    ///
    /// None in practice: there are more of them than the largest batch.
    pub fn use_procedural(&mut self) -> Result<(), JsValue> {
        self.use_data(&Data::procedural())
    }

    /// Has the GPU's pipelines for a step compiled, so that the first step need not
    /// wait for them. Nothing is computed, and on the CPU nothing is done.
    ///
    /// # Errors
    ///
    /// `device_lost`.
    pub fn warm_up(&self) -> Result<(), JsValue> {
        self.rehearse(|| self.training.rehearse())
    }

    /// As [`Session::warm_up`], for the pictures [`grid`](Session::grid) and
    /// [`reconstruct`](Session::reconstruct): they can then be drawn while those for a step
    /// are compiled.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn warm_up_pictures(&self) -> Result<(), JsValue> {
        self.rehearse(|| self.training.rehearse_pictures())
    }

    /// Runs up to `steps` steps, but stops after the first update of a network that ends
    /// past `budget_ms` milliseconds; says how many steps it completed, which may be none.
    /// The next call goes on in the middle of the step. Nothing is read back.
    ///
    /// # Errors
    ///
    /// `device_lost`, `out_of_memory`.
    pub async fn train(&mut self, steps: u32, budget_ms: f64) -> Result<u32, JsValue> {
        let start = now();
        let mut done = 0;
        while done < steps {
            if self.advance()? {
                done += 1;
            }
            if now() - start >= budget_ms {
                break;
            }
        }
        Ok(done)
    }

    /// One update of one network; true when it was the last of a step.
    fn advance(&mut self) -> Result<bool, JsValue> {
        self.check_device()?;
        self.walk = None;
        let experiment = self.training.experiment();
        if !experiment.model.has_discriminator() {
            // All of its networks are updated at once.
            self.training.step().map_err(throw)?;
            return Ok(true);
        }
        if self.begun < experiment.discriminator_steps {
            self.training.update(Update::Discriminator).map_err(throw)?;
            self.begun += 1;
            return Ok(false);
        }
        self.training.update(Update::Generator).map_err(throw)?;
        self.begun = 0;
        Ok(true)
    }

    /// Completes a step that was begun.
    fn complete(&mut self) -> Result<(), JsValue> {
        while self.begun > 0 {
            self.advance()?;
        }
        Ok(())
    }

    /// The figures of the latest step. Waits for all work that is under way.
    ///
    /// # Errors
    ///
    /// `diverged`, `device_lost`, `out_of_memory`.
    #[wasm_bindgen(unchecked_return_type = "Figures")]
    pub async fn report(&self) -> Result<JsValue, JsValue> {
        let report = self.sound(self.training.report().await)?;
        to_js(&report)
    }

    /// One update of the `discriminator`, the `generator`, or `both`. That of one network
    /// says beside its report what it has changed, where one generator plays against one
    /// discriminator.
    ///
    /// # Errors
    ///
    /// As [`Session::report`]; `bad_experiment` for another word.
    #[wasm_bindgen(unchecked_return_type = "Stepped")]
    pub async fn step(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Which")] which: String,
    ) -> Result<JsValue, JsValue> {
        let update = match which.as_str() {
            "discriminator" => Update::Discriminator,
            "generator" => Update::Generator,
            "both" => Update::Both,
            other => {
                return Err(throw(Error::experiment(
                    "step",
                    format!("must be discriminator, generator or both, not {other}"),
                )));
            }
        };
        self.complete()?;
        self.check_device()?;
        self.walk = None;
        let change = self.training.update_and_compare(update).await;
        let change = self.sound(change)?;
        let report = self.sound(self.training.report().await)?;
        to_js(&Stepped { report, change })
    }

    /// Goes on by one phase of a round: what is drawn, made, judged, what the loss and its
    /// gradient are, and at last the update itself; for each update of D, then for G's. A
    /// round that was begun is gone on with, and whatever trains after this completes it.
    ///
    /// # Errors
    ///
    /// `bad_experiment` for a model that is no generator against one discriminator,
    /// `device_lost`, `out_of_memory`.
    #[wasm_bindgen(unchecked_return_type = "Phase")]
    pub async fn next(&mut self) -> Result<JsValue, JsValue> {
        self.check_device()?;
        let before = self.training.progress();
        let mut walk = match self.walk.take() {
            Some(walk) => walk,
            None => Walk::begin(&mut self.training, self.begun).map_err(throw)?,
        };
        let phase = walk.next(&mut self.training).await;
        let now = self.training.progress();
        if now.discriminator_updates > before.discriminator_updates {
            self.begun += 1;
        } else if now.generator_updates > before.generator_updates {
            self.begun = 0;
        } else {
            self.walk = Some(walk);
        }
        to_js(&self.sound(phase)?)
    }

    /// What D sees in the grid as it is shown: its score of each digit and, of the one at
    /// `index`, made from `z` where that is given, where its loss wants ink and which real
    /// image it is nearest to.
    ///
    /// # Errors
    ///
    /// `bad_experiment` for a model that is no generator against one discriminator, or a
    /// digit or z that cannot be, `device_lost`, `out_of_memory`.
    #[wasm_bindgen(unchecked_return_type = "Eyes")]
    pub async fn eyes(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Gaze")] gaze: JsValue,
    ) -> Result<JsValue, JsValue> {
        let gaze: Gaze = serde_json::from_value(from_js(gaze)?)
            .map_err(|error| throw(Error::experiment("options", error.to_string())))?;
        to_js(&self.sound(self.training.eyes(&gaze).await)?)
    }

    /// The latents of the grid, row after row of the experiment's `latent_dim` numbers; none
    /// where the model draws from none.
    pub fn latents(&self) -> Vec<f32> {
        self.training.grid_latents()
    }

    /// The picture grid: 64 images of latents that stay the same through training.
    ///
    /// # Errors
    ///
    /// `device_lost`, `out_of_memory`.
    pub async fn grid(&self) -> Result<Vec<u8>, JsValue> {
        self.sound(self.training.grid().await)
    }

    /// `count` new images; without a `seed`, of other latents at every step.
    ///
    /// # Errors
    ///
    /// `bad_experiment` for a count, label or truncation out of range or a label
    /// of a model that knows none, `device_lost`, `out_of_memory`.
    pub async fn sample(
        &self,
        count: usize,
        seed: Option<f64>,
        label: Option<u8>,
        truncation: Option<f32>,
    ) -> Result<Vec<u8>, JsValue> {
        let step = self.training.progress().generator_updates;
        let seed = seed.map_or(step, |seed| seed as u64);
        self.sound(
            self.training
                .sample_label(count, seed, label, truncation)
                .await,
        )
    }

    /// The latents that [`Session::sample`] draws images of, row after row.
    ///
    /// # Errors
    ///
    /// `bad_experiment` for a count or truncation out of range.
    pub fn drawn_latents(
        &self,
        count: usize,
        seed: Option<f64>,
        truncation: Option<f32>,
    ) -> Result<Vec<f32>, JsValue> {
        let step = self.training.progress().generator_updates;
        let seed = seed.map_or(step, |seed| seed as u64);
        self.training
            .latents(count, seed, truncation)
            .map_err(throw)
    }

    /// Images of chosen latents, row after row: of the classes `labels` in turn or, with a
    /// `mix` from 0 to 1 for each image in turn, between two of them. A single latent is drawn
    /// for each label or mixture.
    ///
    /// # Errors
    ///
    /// `bad_experiment` for latents of another length, labels of a model that knows none or
    /// above 9, or a mixture of other than two labels; `device_lost`, `out_of_memory`.
    pub async fn sample_at(
        &self,
        z: Vec<f32>,
        labels: Option<Vec<u8>>,
        mix: Option<Vec<f32>>,
    ) -> Result<Vec<u8>, JsValue> {
        let classes = match (labels, mix) {
            (None, None) => None,
            (Some(labels), None) => Some(Classes::InTurn(labels)),
            (labels, Some(mix)) => match labels.as_deref() {
                Some(&[from, to]) => Some(Classes::Between { from, to, mix }),
                _ => {
                    let told = "must be two of them, to be mixed";
                    return Err(throw(Error::experiment("labels", told)));
                }
            },
        };
        self.sound(self.training.sample_as(&z, classes).await)
    }

    /// The latent at a share of the way between the latents of two seeds, from 0 to 1.
    ///
    /// # Errors
    ///
    /// `bad_experiment` for a share out of range.
    #[wasm_bindgen(unchecked_return_type = "Place")]
    pub fn walk_at(&self, from: f64, to: f64, at: f32) -> Result<JsValue, JsValue> {
        let place = self.training.walk_at(from as u64, to as u64, at);
        place_to_js(place.map_err(throw)?)
    }

    /// The latent at a point of the plane through the latent of a seed, in standard deviations.
    ///
    /// # Errors
    ///
    /// `bad_experiment` for a point too far away.
    #[wasm_bindgen(unchecked_return_type = "Place")]
    pub fn plane_at(&self, seed: f64, right: f32, down: f32) -> Result<JsValue, JsValue> {
        let place = self.training.plane_at(seed as u64, right, down);
        place_to_js(place.map_err(throw)?)
    }

    /// `count` images on the way between the latents of two seeds.
    ///
    /// # Errors
    ///
    /// `bad_experiment` for a count out of range, `device_lost`, `out_of_memory`.
    pub async fn walk(&self, from: f64, to: f64, count: usize) -> Result<Vec<u8>, JsValue> {
        self.sound(self.training.walk(from as u64, to as u64, count).await)
    }

    /// `side` × `side` images of a plane through the latent of `seed`.
    ///
    /// # Errors
    ///
    /// `bad_experiment` for a side or extent out of range, `device_lost`, `out_of_memory`.
    pub async fn plane(&self, seed: f64, side: usize, extent: f32) -> Result<Vec<u8>, JsValue> {
        self.sound(self.training.plane(seed as u64, side, extent).await)
    }

    /// Judges `count` new images against the dataset in use. `classifier` holds
    /// the bytes of the site's `digit-classifier.safetensors`, which most readers
    /// never need and therefore do not download with the module. After every few images it
    /// awaits `rest()`, so that the worker hears what it is told; nothing may be asked of the
    /// session then.
    ///
    /// # Errors
    ///
    /// `bad_experiment` for a count out of range, `bad_checkpoint` for other
    /// bytes, `device_lost`, `out_of_memory`.
    #[wasm_bindgen(unchecked_return_type = "Evaluation")]
    pub async fn evaluate(
        &self,
        count: usize,
        classifier: Vec<u8>,
        #[wasm_bindgen(unchecked_param_type = "() => Promise<void>")] rest: Function,
    ) -> Result<JsValue, JsValue> {
        let classifier = Classifier::load(&classifier, &self.opened.device).map_err(throw)?;
        // What it says or throws is its own affair.
        let rests = async || {
            let promise = rest.call0(&JsValue::UNDEFINED).unwrap_or_default();
            let _ = JsFuture::from(Promise::resolve(&promise)).await;
        };
        let figures = metric::evaluate_with_rests(&self.training, count, &classifier, rests).await;
        to_js(&self.sound(figures)?)
    }

    /// Takes the classifier that [`Session::judge`] judges with: the bytes of the site's
    /// `digit-classifier.safetensors`. On a GPU its pipelines are compiled, for which the
    /// rest of this call may be run as [`Session::warm_up`] is.
    ///
    /// # Errors
    ///
    /// `bad_checkpoint` for other bytes, `device_lost`.
    pub fn load_judge(&mut self, classifier: Vec<u8>) -> Result<(), JsValue> {
        self.check_device()?;
        let classifier = Classifier::load(&classifier, &self.opened.device).map_err(throw)?;
        let judge = Judge::new(classifier);
        self.rehearse(|| judge.rehearse(&self.training))?;
        self.judge = Some(judge);
        Ok(())
    }

    /// Whether there is a classifier to judge with.
    pub fn has_judge(&self) -> bool {
        self.judge.is_some()
    }

    /// Goes on judging the run by a small part, for most of which it answers nothing: reads
    /// a few real images, once for each dataset, or a few of those that [`Session::evaluate`]
    /// judges. The run does not change, and may go on between two parts: the verdict is on
    /// the run as it was when the look came to it. With `now` a look at an earlier moment is
    /// given up.
    ///
    /// # Errors
    ///
    /// `bad_dataset` when there are not two real images, `device_lost`, `out_of_memory`;
    /// `internal` before [`Session::load_judge`].
    #[wasm_bindgen(unchecked_return_type = "Verdict | undefined")]
    pub async fn judge(&mut self, now: bool) -> Result<JsValue, JsValue> {
        let judge = self
            .judge
            .as_mut()
            .ok_or_else(|| throw(Error::new(ErrorCode::Internal, "there is no judge yet")))?;
        if now {
            judge.forget_earlier(&self.training);
        }
        let verdict = judge.look(&self.training).await;
        match self.sound(verdict)? {
            Some(verdict) => to_js(&verdict),
            None => Ok(JsValue::UNDEFINED),
        }
    }

    /// Goes on with other settings: the same networks with the same weights play another
    /// loss, with other weights of terms, learning rates or numbers of updates. A step that
    /// was begun is completed first.
    ///
    /// # Errors
    ///
    /// `bad_experiment` for settings that do not go together, and for those that only a
    /// fresh run can have; the run goes on as it was.
    pub fn tune(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Experiment")] changes: JsValue,
    ) -> Result<(), JsValue> {
        let changes = from_js(changes)?;
        // Refused or not, before anything happens.
        self.training.experiment().tuned(&changes).map_err(throw)?;
        self.complete()?;
        self.walk = None;
        self.training.tune(&changes).map_err(throw)?;
        self.forget_look();
        Ok(())
    }

    /// Gives up what is being judged: the next part is the first of a look at the run as it is
    /// by then, or goes on with the real images.
    pub fn forget_look(&mut self) {
        if let Some(judge) = &mut self.judge {
            judge.forget();
        }
    }

    /// Of a model on the plane: judges `count` new points against the data in use.
    ///
    /// # Errors
    ///
    /// `bad_experiment` for another model or a count out of range, `device_lost`,
    /// `out_of_memory`.
    #[wasm_bindgen(unchecked_return_type = "PlaneEvaluation")]
    pub async fn evaluate_plane(&self, count: usize) -> Result<JsValue, JsValue> {
        let figures = metric::evaluate_plane(&self.training, count).await;
        to_js(&self.sound(figures)?)
    }

    /// Of a model on the plane: what there is to see of it now, read from the device in one
    /// go. `points` are 1 to 1024, `field` is 0 to 96 and `lattice` 0 to 32.
    ///
    /// # Errors
    ///
    /// `bad_experiment` for another model or numbers out of range, `device_lost`,
    /// `out_of_memory`.
    #[wasm_bindgen(unchecked_return_type = "PlaneFrame")]
    pub async fn plane_frame(
        &self,
        #[wasm_bindgen(unchecked_param_type = "PlaneOptions")] options: JsValue,
    ) -> Result<JsValue, JsValue> {
        let options = from_js(options)?;
        let number = |name: &str| {
            let value = options[name]
                .as_u64()
                .and_then(|it| usize::try_from(it).ok());
            value.ok_or_else(|| throw(Error::experiment(name, "must be a whole number")))
        };
        let request = PlaneRequest {
            points: number("points")?,
            field: number("field")?,
            lattice: number("lattice")?,
        };
        let frame = self.sound(self.training.plane_frame(request).await)?;
        plane::to_js(&frame)
    }

    /// The first `count` images of the dataset in use (fewer if it has fewer, none of points).
    pub fn real(&self, count: usize) -> Vec<u8> {
        self.training.real_images(count)
    }

    /// Shows pictures and evaluations of the weights as they are trained, `raw`, or
    /// of their average, `averaged`, from now on, also in runs to come. Training does not change.
    ///
    /// # Errors
    ///
    /// `bad_experiment` for another word.
    pub fn show_weights(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Weights")] which: &str,
    ) -> Result<(), JsValue> {
        let weights = match which {
            "averaged" => Weights::Averaged,
            "raw" => Weights::Raw,
            other => {
                return Err(throw(Error::experiment(
                    "weights",
                    format!("must be averaged or raw, not {other}"),
                )));
            }
        };
        self.training.show_weights(weights);
        self.forget_look();
        Ok(())
    }

    /// Rows and columns of a picture.
    pub fn picture_side(&self) -> usize {
        self.training.picture_side()
    }

    /// Bytes of one pixel: 1 for grey, 3 for colour.
    pub fn channels(&self) -> usize {
        self.training.channels()
    }

    /// Of a VAE: `count` real images and what it makes of them, in pairs.
    ///
    /// # Errors
    ///
    /// `bad_experiment` for another model or a count out of range, `device_lost`,
    /// `out_of_memory`.
    pub async fn reconstruct(&self, count: usize) -> Result<Vec<u8>, JsValue> {
        self.sound(self.training.reconstruct(count).await)
    }

    /// The whole run as a safetensors file. A step that was begun is completed first:
    /// a file holds whole steps.
    ///
    /// # Errors
    ///
    /// `device_lost`, `out_of_memory`.
    pub async fn save(&mut self) -> Result<Vec<u8>, JsValue> {
        self.complete()?;
        self.sound(self.training.save().await)
    }

    /// Resumes the run of a safetensors file on the dataset in use; says which dataset
    /// the file's run had asked for. A generator's plain `state_dict` begins a run of
    /// the present experiment.
    ///
    /// # Errors
    ///
    /// `bad_checkpoint`, `bad_experiment`; the present run stays.
    #[wasm_bindgen(unchecked_return_type = "string")]
    pub async fn load(&mut self, bytes: Vec<u8>) -> Result<JsValue, JsValue> {
        let device = &self.opened.device;
        let (loaded, asked) = if checkpoint::is_plain(&bytes) {
            let adopted = self.training.adopt(&bytes, device).map_err(throw)?;
            (adopted, self.word)
        } else {
            let experiment = checkpoint::experiment(&bytes).map_err(throw)?;
            let data = self.data_for(&experiment).map_err(throw)?;
            let resumed =
                Training::load(&bytes, Arc::clone(&data.dataset), device).map_err(throw)?;
            self.word = data.word;
            self.drawing = data.drawing;
            (resumed, experiment.dataset)
        };
        let asked = to_js(&asked)?;
        self.replace(loaded);
        Ok(asked)
    }

    /// Starts afresh with some settings changed, on the data in use: images of another
    /// `dataset` among the changes are not taken, [`Session::reset_on`] is for that. On the
    /// plane the experiment itself says what the data are.
    ///
    /// # Errors
    ///
    /// `bad_experiment`; the present run stays.
    pub async fn reset(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Experiment")] changes: JsValue,
    ) -> Result<(), JsValue> {
        let changes = from_js(changes)?;
        let experiment = self.in_use().with_changes(&changes).map_err(throw)?;
        let data = self.data_for(&experiment).map_err(throw)?;
        self.restart(experiment, data)
    }

    /// Starts afresh with some settings changed, on other data. Settings and data are
    /// checked against each other before either is replaced.
    ///
    /// # Errors
    ///
    /// `bad_experiment`, `bad_dataset` (a conditional model and no labels); the present
    /// run stays, and so do its data.
    pub async fn reset_on(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Experiment")] changes: JsValue,
        data: &Data,
    ) -> Result<(), JsValue> {
        let changes = from_js(changes)?;
        let experiment = self.in_use().with_changes(&changes).map_err(throw)?;
        let data = Data {
            dataset: Arc::clone(&data.dataset),
            word: data.word,
            drawing: data.drawing.clone(),
        };
        self.restart(experiment, data)
    }

    /// The data that an experiment holds itself, or those in use; drawn digits where images
    /// are wanted and points are in use.
    fn data_for(&self, experiment: &Experiment) -> Result<Data> {
        if let Some(points) = own_data(experiment)? {
            return Ok(Data {
                dataset: Arc::new(points),
                word: experiment.dataset,
                drawing: experiment.drawing.clone(),
            });
        }
        let dataset = self.training.dataset();
        Ok(match dataset.distribution() {
            Some(_) => Data::procedural(),
            None => Data {
                dataset: Arc::clone(dataset),
                word: self.word,
                drawing: String::new(),
            },
        })
    }

    fn restart(&mut self, mut experiment: Experiment, data: Data) -> Result<(), JsValue> {
        let Data {
            dataset,
            word,
            drawing,
        } = data;
        experiment.dataset = word;
        experiment.drawing.clone_from(&drawing);
        let training = Training::new(experiment, dataset, &self.opened.device).map_err(throw)?;
        self.replace(training);
        self.word = word;
        self.drawing = drawing;
        Ok(())
    }

    /// Another run takes this one's place; which weights are shown stays as it was chosen.
    fn replace(&mut self, mut training: Training) {
        training.show_weights(self.training.weights());
        self.training = training;
        self.begun = 0;
        self.walk = None;
        self.forget_look();
    }

    fn in_use(&self) -> Experiment {
        Experiment {
            dataset: self.word,
            drawing: self.drawing.clone(),
            ..self.training.experiment().clone()
        }
    }

    /// Why the device cannot be used any more, if so.
    pub fn device_lost(&self) -> Option<String> {
        self.opened.fault.get().map(|error| error.to_string())
    }

    fn check_device(&self) -> Result<(), JsValue> {
        match self.opened.fault.get() {
            None => Ok(()),
            Some(error) => Err(throw(error)),
        }
    }

    /// A device's fault explains a failure better than the failure itself, and
    /// values read from a faulty device are not to be trusted.
    fn sound<T>(&self, result: Result<T>) -> Result<T, JsValue> {
        self.check_device()?;
        result.map_err(throw)
    }
}

fn place_to_js((z, label): (Vec<f32>, Option<u8>)) -> Result<JsValue, JsValue> {
    to_js(&json!({ "z": z, "label": label }))
}

fn now() -> f64 {
    use wasm_bindgen::JsCast;
    js_sys::global()
        .dyn_into::<web_sys::WorkerGlobalScope>()
        .ok()
        .and_then(|scope| scope.performance())
        .map_or_else(js_sys::Date::now, |performance| performance.now())
}
