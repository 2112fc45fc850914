//! One run, as JavaScript sees it.

use std::sync::Arc;

use burn::tensor::Device;
use ganvas_core::experiment::DatasetName;
use ganvas_core::metric::{self, Classifier};
use ganvas_core::player::Weights;
use ganvas_core::training::{Change, Gaze, Walk};
use ganvas_core::{Dataset, Error, Experiment, Report, Result, Training, Update, checkpoint};
use serde::Serialize;
use serde_json::json;
use wasm_bindgen::prelude::*;

use crate::device::{self, Opened};
use crate::error::{from_js, throw, to_js};

/// How many digits the embedded dataset has; as many as the page's share of MNIST.
const PROCEDURAL_COUNT: usize = 10_000;
/// The embedded digits are the same for every experiment: its seed is for the networks.
const PROCEDURAL_SEED: u64 = 1;

/// Images to learn from, parsed and sound, and the word by which experiments ask for them.
///
/// They are made before a session is touched, so that a session takes them or leaves
/// them as a whole.
#[wasm_bindgen]
pub struct Data {
    dataset: Arc<Dataset>,
    word: DatasetName,
}

#[wasm_bindgen]
impl Data {
    /// The embedded drawn digits.
    pub fn procedural() -> Data {
        Data {
            dataset: Arc::new(Dataset::procedural(PROCEDURAL_COUNT, PROCEDURAL_SEED)),
            word: DatasetName::Procedural,
        }
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
    /// Discriminator updates of a step that is not complete: a long step is taken in
    /// parts, so that a request need not wait for its end.
    begun: usize,
    /// An update of the round that is being walked through; it has changed nothing yet.
    walk: Option<Walk>,
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
}

#[wasm_bindgen]
impl Session {
    /// Opens the backend and builds the networks. There are only as many drawn digits
    /// as a batch needs: the dataset comes afterwards, through
    /// [`Session::use_data`].
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
        let dataset = Dataset::procedural(experiment.batch_size.max(64), PROCEDURAL_SEED);
        let training = Training::new(experiment, dataset, &opened.device).map_err(throw)?;
        Ok(Session {
            opened,
            training,
            word: DatasetName::Procedural,
            begun: 0,
            walk: None,
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

    /// Goes on with other images.
    ///
    /// # Errors
    ///
    /// `bad_dataset` (a conditional model and no labels), `bad_experiment` (fewer images
    /// than a batch); the old images stay.
    pub fn use_data(&mut self, data: &Data) -> Result<(), JsValue> {
        self.training
            .set_dataset(Arc::clone(&data.dataset))
            .map_err(throw)?;
        self.word = data.word;
        self.walk = None;
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
        self.check_device()?;
        #[cfg(feature = "webgpu")]
        if self.opened.backend == "webgpu" {
            let rehearsal = || self.training.rehearse();
            ganvas_kernels::ops::compile_only(rehearsal).map_err(throw)?;
        }
        Ok(())
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
        let wanted = self.training.experiment().discriminator_steps;
        if self.begun < wanted {
            match self.training.update(Update::Discriminator) {
                Ok(()) => {
                    self.begun += 1;
                    return Ok(false);
                }
                // A system with a single optimizer has whole steps only.
                Err(_) if self.begun == 0 => {
                    self.training.step().map_err(throw)?;
                    return Ok(true);
                }
                Err(error) => return Err(throw(error)),
            }
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
    /// never need and therefore do not download with the module.
    ///
    /// # Errors
    ///
    /// `bad_experiment` for a count out of range, `bad_checkpoint` for other
    /// bytes, `device_lost`, `out_of_memory`.
    #[wasm_bindgen(unchecked_return_type = "Evaluation")]
    pub async fn evaluate(&self, count: usize, classifier: Vec<u8>) -> Result<JsValue, JsValue> {
        let classifier = Classifier::load(&classifier, &self.opened.device).map_err(throw)?;
        let figures = metric::evaluate(&self.training, count, &classifier).await;
        to_js(&self.sound(figures)?)
    }

    /// The first `count` images of the dataset in use (fewer if it has fewer).
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
            let dataset = Arc::clone(self.training.dataset());
            let resumed = Training::load(&bytes, dataset, device).map_err(throw)?;
            let asked = resumed.experiment().dataset;
            (resumed, asked)
        };
        let asked = to_js(&asked)?;
        self.replace(loaded);
        Ok(asked)
    }

    /// Starts afresh with some settings changed, on the data in use: `dataset` among the
    /// changes is not followed, [`Session::reset_on`] is for that.
    ///
    /// # Errors
    ///
    /// `bad_experiment`; the present run stays.
    pub async fn reset(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Experiment")] changes: JsValue,
    ) -> Result<(), JsValue> {
        let dataset = Arc::clone(self.training.dataset());
        self.restart(changes, dataset, self.word)
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
        self.restart(changes, Arc::clone(&data.dataset), data.word)
    }

    fn restart(
        &mut self,
        changes: JsValue,
        dataset: Arc<Dataset>,
        word: DatasetName,
    ) -> Result<(), JsValue> {
        let changes = from_js(changes)?;
        let mut experiment = self.in_use().with_changes(&changes).map_err(throw)?;
        experiment.dataset = word;
        let training = Training::new(experiment, dataset, &self.opened.device).map_err(throw)?;
        self.replace(training);
        self.word = word;
        Ok(())
    }

    /// Another run takes this one's place; which weights are shown stays as it was chosen.
    fn replace(&mut self, mut training: Training) {
        training.show_weights(self.training.weights());
        self.training = training;
        self.begun = 0;
        self.walk = None;
    }

    fn in_use(&self) -> Experiment {
        Experiment {
            dataset: self.word,
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

fn now() -> f64 {
    use wasm_bindgen::JsCast;
    js_sys::global()
        .dyn_into::<web_sys::WorkerGlobalScope>()
        .ok()
        .and_then(|scope| scope.performance())
        .map_or_else(js_sys::Date::now, |performance| performance.now())
}
