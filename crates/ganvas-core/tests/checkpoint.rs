//! Checkpoints: what is in them, what comes back, and what is refused.

mod support;

use ganvas_core::checkpoint::{self, Precision};
use ganvas_core::experiment::Model;
use ganvas_core::player::Weights;
use ganvas_core::{Dataset, Error, ErrorCode, Experiment, Training, Update};
use safetensors::tensor::Dtype;
use serde_json::{Map, Value, json};
use support::files::{Content, File};
use support::named::{Named, state};
use support::runs::{device, digits, fingerprint, run, tiny, trained, wait};

fn load(bytes: &[u8]) -> ganvas_core::Result<Training> {
    Training::load(bytes, digits(), &device())
}

/// A checkpoint after two steps.
fn saved() -> Vec<u8> {
    wait(trained(tiny(), 2).save()).unwrap()
}

fn states(training: &Training) -> Named {
    training
        .system()
        .players()
        .into_iter()
        .flat_map(state)
        .collect()
}

/// Asserts that the file is refused with a sentence in which `expected` occurs.
fn assert_refused(bytes: &[u8], expected: &str) {
    let error = load(bytes).expect_err("this has to be refused");
    assert_bad(&error);
    assert!(
        error.message().contains(expected),
        "{expected:?} is not in {error}"
    );
}

fn assert_bad(error: &Error) {
    assert_eq!(error.code(), ErrorCode::BadCheckpoint, "{error}");
    let sentence = error.message();
    assert!(
        (10..400).contains(&sentence.len()),
        "no help to anyone: {sentence}"
    );
}

#[test]
fn a_run_comes_back_whole() {
    let mut training = trained(tiny(), 2);
    training.update(Update::Discriminator).unwrap();
    let bytes = wait(training.save()).unwrap();
    let loaded = load(&bytes).unwrap();
    assert_eq!(fingerprint(&loaded), fingerprint(&training));
    assert_eq!(loaded.experiment(), training.experiment());
    assert_eq!(checkpoint::experiment(&bytes).unwrap(), tiny());
    assert_eq!(
        wait(loaded.sample(3, 1, None)).unwrap(),
        wait(training.sample(3, 1, None)).unwrap()
    );
    let again = wait(loaded.save()).unwrap();
    assert_eq!(File::read(&again).tensors, File::read(&bytes).tensors);
}

/// Parameters, not statistics, of the network whose names begin so.
fn learnt_by<'a>(
    all: &'a [(String, Vec<usize>)],
    player: &str,
) -> impl Iterator<Item = &'a (String, Vec<usize>)> {
    all.iter()
        .filter(move |(name, _)| name.starts_with(player) && !name.contains("running_"))
}

#[test]
fn names_shapes_and_types_are_those_of_pytorch() {
    let file = File::read(&saved());
    let norm = |network: &str, layer: usize, channels: usize| {
        ["weight", "bias", "running_mean", "running_var"]
            .map(|part| (format!("{network}.model.{layer}.{part}"), vec![channels]))
    };
    let weight = |network: &str, layer: usize, shape: [usize; 4]| {
        (format!("{network}.model.{layer}.weight"), shape.to_vec())
    };
    let mut expected = vec![
        weight("generator", 0, [5, 8, 4, 4]),
        weight("generator", 3, [8, 4, 4, 4]),
        weight("generator", 6, [4, 2, 4, 4]),
        weight("generator", 9, [2, 1, 4, 4]),
        weight("discriminator", 0, [2, 1, 4, 4]),
        weight("discriminator", 2, [4, 2, 4, 4]),
        weight("discriminator", 5, [8, 4, 4, 4]),
        weight("discriminator", 8, [1, 8, 4, 4]),
    ];
    expected.extend(norm("generator", 1, 8));
    expected.extend(norm("generator", 4, 4));
    expected.extend(norm("generator", 7, 2));
    expected.extend(norm("discriminator", 3, 4));
    expected.extend(norm("discriminator", 6, 8));
    let optimizer: Vec<_> = learnt_by(&expected, "")
        .flat_map(|(name, shape)| {
            ["exp_avg", "exp_avg_sq"]
                .map(|part| (format!("optimizer.{name}.{part}"), shape.clone()))
        })
        .collect();
    let averages: Vec<_> = learnt_by(&expected, "generator.")
        .map(|(name, shape)| (format!("average.{name}"), shape.clone()))
        .collect();
    expected.extend(optimizer);
    expected.extend(averages);

    let mut floats: Vec<(String, Vec<usize>)> = Vec::new();
    let mut counts = Vec::new();
    for (name, content) in &file.tensors {
        match content.dtype {
            Dtype::F32 => floats.push((name.clone(), content.shape.clone())),
            Dtype::I64 => {
                assert!(content.shape.is_empty(), "{name}");
                let count = i64::from_le_bytes(content.bytes.as_slice().try_into().unwrap());
                counts.push((name.as_str(), count));
            }
            other => panic!("{name} is of {other:?}"),
        }
    }
    expected.sort();
    assert_eq!(floats, expected);
    // A step passes the generator twice and the discriminator three times.
    assert_eq!(
        counts,
        [
            ("discriminator.model.3.num_batches_tracked", 6),
            ("discriminator.model.6.num_batches_tracked", 6),
            ("generator.model.1.num_batches_tracked", 4),
            ("generator.model.4.num_batches_tracked", 4),
            ("generator.model.7.num_batches_tracked", 4),
            ("optimizer.discriminator.step", 2),
            ("optimizer.generator.step", 2),
        ]
    );
    assert_eq!(file.metadata["format"], "pt");
    assert_eq!(file.metadata["step"], "2");
    let json = &file.metadata["experiment"];
    assert_eq!(Experiment::from_json(json).unwrap(), tiny());
}

#[test]
fn half_precision_keeps_the_weights_and_goes_on() {
    let training = trained(tiny(), 2);
    let bytes = wait(training.save_as(Precision::Half)).unwrap();
    let file = File::read(&bytes);
    assert!(
        file.tensors
            .keys()
            .all(|name| !name.starts_with("optimizer."))
    );
    assert_eq!(file.tensors["generator.model.0.weight"].dtype, Dtype::F16);

    let mut loaded = load(&bytes).unwrap();
    assert_eq!(loaded.progress(), training.progress());
    let (before, after) = (states(&training), states(&loaded));
    for (name, values) in before {
        for (a, b) in values.iter().zip(&after[&name]) {
            // Eleven significant bits, and 2⁻²⁴ near zero.
            assert!(
                (a - b).abs() <= a.abs() / 2048.0 + 6e-8,
                "{name}: {a} and {b}"
            );
        }
    }
    loaded.step().unwrap();
    let report = wait(loaded.report()).unwrap();
    assert_eq!(report.step, 3);
}

#[test]
fn weights_alone_resume_with_a_fresh_optimizer() {
    let mut file = File::read(&saved());
    file.tensors
        .retain(|name, _| !name.starts_with("optimizer."));
    let loaded = load(&file.write()).unwrap();
    for player in loaded.system().players() {
        assert_eq!(player.adam.updates, 0);
    }
    assert_eq!(states(&loaded), states(&trained(tiny(), 2)));
}

#[test]
fn a_dataset_too_small_for_the_run_is_refused() {
    let few = Dataset::procedural(3, 1);
    let error = Training::load(&saved(), few, &device()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::BadExperiment);
    assert_eq!(error.field(), Some("batch_size"));
}

#[test]
fn bytes_that_are_no_safetensors_file_are_refused() {
    assert_refused(&[], "not a safetensors file");
    assert_refused(b"PK\x03\x04 a zip archive", "not a safetensors file");
    assert_refused(&[0; 100], "not a safetensors file");
    assert_refused(&[0xff; 100], "not a safetensors file");
    for seed in 0..300 {
        let noise = support::golden::pattern(seed, seed as usize * 7, 256.0, 128.0);
        let bytes: Vec<u8> = noise.into_iter().map(|v| v as u8).collect();
        assert_bad(&load(&bytes).unwrap_err());
        assert_bad(&checkpoint::experiment(&bytes).unwrap_err());
    }
}

#[test]
fn truncated_files_are_refused() {
    let bytes = saved();
    let cuts = (0..300).chain((0..bytes.len()).step_by(997));
    for cut in cuts.chain([bytes.len() - 1]) {
        assert_refused(&bytes[..cut], "not a safetensors file");
    }
    let longer = [bytes.as_slice(), &[0]].concat();
    assert_refused(&longer, "not a safetensors file");
}

#[test]
fn lies_about_the_header_length_are_refused() {
    let bytes = saved();
    let truth = u64::from_le_bytes(bytes[..8].try_into().unwrap());
    let all = bytes.len() as u64;
    let lies = [
        0,
        1,
        truth - 1,
        truth + 1,
        all - 8,
        all,
        100_000_000,
        1 << 40,
        u64::MAX,
    ];
    for lie in lies {
        let mut bytes = bytes.clone();
        bytes[..8].copy_from_slice(&lie.to_le_bytes());
        assert_refused(&bytes, "not a safetensors file");
    }
}

#[test]
fn a_wrong_byte_in_the_header_is_no_panic() {
    let bytes = saved();
    let header = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize + 8;
    for index in (0..header).step_by(37) {
        for flip in [1, 0x10, 0x80] {
            let mut bytes = bytes.clone();
            bytes[index] ^= flip;
            // A changed digit of a seed is as good as any; all else has to be refused.
            if let Err(error) = load(&bytes) {
                assert!(!error.message().is_empty());
            }
        }
    }
}

/// Refuses a good file after one change.
fn assert_refused_after(expected: &str, change: impl FnOnce(&mut File)) {
    let mut file = File::read(&saved());
    change(&mut file);
    assert_refused(&file.write(), expected);
}

const WEIGHT: &str = "generator.model.3.weight";

#[test]
fn numbers_that_are_not_finite_are_refused() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        for name in [
            WEIGHT,
            "discriminator.model.3.running_var",
            "optimizer.generator.model.3.weight.exp_avg",
        ] {
            assert_refused_after(name, |file| {
                let content = file.get(name);
                content.bytes[..4].copy_from_slice(&bad.to_le_bytes());
            });
        }
    }
}

#[test]
fn squares_and_variances_below_zero_are_refused() {
    for name in [
        "generator.model.1.running_var",
        "optimizer.discriminator.model.0.weight.exp_avg_sq",
    ] {
        assert_refused_after(name, |file| {
            let content = file.get(name);
            *content = content.filled(-1.0);
        });
    }
}

#[test]
fn missing_and_misshapen_tensors_are_refused() {
    for name in File::read(&saved()).tensors.keys() {
        // Files from before optimizers were counted have no such tensor.
        if !name.ends_with(".step") {
            assert_refused_after(name, |file| {
                file.tensors.remove(name);
            });
        }
    }
    assert_refused_after(WEIGHT, |file| file.get(WEIGHT).shape = vec![4, 8, 4, 4]);
    assert_refused_after(WEIGHT, |file| file.get(WEIGHT).shape = vec![512]);
    assert_refused_after(WEIGHT, |file| {
        *file.get(WEIGHT) = Content::floats(&[0], &[])
    });
    assert_refused_after(WEIGHT, |file| file.get(WEIGHT).dtype = Dtype::I32);
    assert_refused_after("num_batches_tracked", |file| {
        let count = file.get("generator.model.1.num_batches_tracked");
        count.bytes = (-1i64).to_le_bytes().to_vec();
    });
}

#[test]
fn tensors_of_another_model_are_refused() {
    for name in [
        "generator.model.12.weight",
        "encoder.model.0.weight",
        "weight",
        "optimizer.generator.model.3.weight",
        "optimizer.generator.model.1.running_mean.exp_avg",
        "optimizer.generator.model.3.weight.exp_avg.exp_avg",
        "generator.model.12.num_batches_tracked",
    ] {
        assert_refused_after(name, |file| {
            let extra = Content::floats(&[1], &[0.0]);
            file.tensors.insert(name.to_owned(), extra);
        });
    }
}

#[test]
fn files_without_a_run_are_refused() {
    assert_refused_after("no run of this program", |file| file.metadata.clear());
    assert_refused_after("version 2", |file| {
        file.metadata.insert("ganvas".into(), "2".into());
    });
    for key in ["experiment", "step", "discriminator_updates"] {
        assert_refused_after(key, |file| {
            file.metadata.remove(key);
        });
    }
}

#[test]
fn impossible_experiments_are_refused() {
    let json = tiny().to_json();
    let changed = |from: &str, to: &str| {
        assert!(json.contains(from), "{json}");
        json.replace(from, to)
    };
    for (experiment, expected) in [
        (String::new(), "experiment"),
        ("{".into(), "experiment"),
        ("[]".into(), "object"),
        ("null".into(), "object"),
        ("[".repeat(100_000), "experiment"),
        (changed("\"width\":2", "\"width\":100000"), "width"),
        (changed("\"width\":2", "\"width\":1e99"), "width"),
        (changed("\"width\":2", "\"width\":-2"), "width"),
        (
            changed("\"latent_dim\":5", "\"latent_dim\":0"),
            "latent_dim",
        ),
        (changed("\"width\":2", "\"width\":2,\"colour\":1"), "colour"),
        (changed("\"dcgan\"", "\"diffusion\""), "model"),
    ] {
        assert_refused_after(expected, |file| {
            file.metadata.insert("experiment".into(), experiment);
        });
    }
}

#[test]
fn impossible_counters_are_refused() {
    for key in ["step", "discriminator_updates"] {
        for bad in [
            "",
            "two",
            "-1",
            "1.5",
            "NaN",
            "1000000000001",
            "9007199254740992",
            "99999999999999999999",
        ] {
            assert_refused_after(key, |file| {
                file.metadata.insert(key.into(), bad.into());
            });
        }
    }
}

#[test]
fn a_late_counter_is_no_trouble() {
    let mut file = File::read(&saved());
    for key in ["step", "discriminator_updates"] {
        file.metadata.insert(key.into(), "1000000000000".into());
    }
    let mut training = load(&file.write()).unwrap();
    training.step().unwrap();
    let report = wait(training.report()).unwrap();
    assert_eq!(report.step, 1_000_000_000_001);
}

#[test]
fn an_experiment_larger_than_its_file_is_refused() {
    assert_refused_after("missing", |file| {
        file.tensors.clear();
        let experiment = Experiment {
            width: 128,
            latent_dim: 512,
            ..tiny()
        };
        file.metadata
            .insert("experiment".into(), experiment.to_json());
    });
}

#[test]
fn runs_that_blow_up_say_so() {
    let mut file = File::read(&wait(run(tiny()).save()).unwrap());
    let name = "discriminator.model.0.weight";
    let content = file.get(name);
    *content = content.filled(3e38);
    let mut training = load(&file.write()).unwrap();
    training.step().unwrap();
    let error = wait(training.report()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::Diverged);
    // It would be no checkpoint: nobody could go on from it.
    let error = wait(training.save()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::Diverged);
    // Pictures of it are still bytes.
    assert_eq!(wait(training.grid()).unwrap().len(), 64 * 28 * 28);
}

#[test]
fn what_half_precision_cannot_say_is_refused_before_it_is_written() {
    let mut file = File::read(&wait(run(tiny()).save()).unwrap());
    let name = "generator.model.1.running_var";
    let content = file.get(name);
    *content = content.filled(70_000.0);
    let training = load(&file.write()).unwrap();
    let error = wait(training.save_as(Precision::Half)).unwrap_err();
    assert_eq!(error.code(), ErrorCode::BadCheckpoint);
    assert!(error.message().contains(name), "{error}");
    wait(training.save()).unwrap();
}

/// Adam divides by 1 − βᵗ, so that a wrong t would take steps several times as far.
#[test]
fn a_run_that_began_from_weights_alone_keeps_its_own_count() {
    let weights = wait(trained(tiny(), 3).save_as(Precision::Half)).unwrap();
    let mut straight = load(&weights).unwrap();
    straight.step().unwrap();
    let bytes = wait(straight.save()).unwrap();
    let mut resumed = load(&bytes).unwrap();
    assert_eq!(resumed.progress().generator_updates, 4);
    for player in resumed.system().players() {
        assert_eq!(player.adam.updates, 1, "{}", player.name);
    }
    for training in [&mut straight, &mut resumed] {
        training.step().unwrap();
    }
    assert_eq!(fingerprint(&resumed), fingerprint(&straight));
}

#[test]
fn a_file_without_an_optimizer_count_takes_the_runs() {
    let mut file = File::read(&saved());
    file.tensors.retain(|name, _| !name.ends_with(".step"));
    let loaded = load(&file.write()).unwrap();
    for player in loaded.system().players() {
        assert_eq!(player.adam.updates, 2, "{}", player.name);
    }
}

#[test]
fn a_file_without_averages_begins_them_with_its_parameters() {
    let mut file = File::read(&saved());
    file.tensors.retain(|name, _| !name.starts_with("average."));
    let loaded = load(&file.write()).unwrap();
    let generator = &loaded.system().duel().unwrap().generator;
    let [average, parameters] = [
        generator.adam.average.clone().unwrap(),
        generator.parameters.flat.clone(),
    ]
    .map(support::golden::read);
    assert_eq!(average, parameters);
}

/// A small experiment of a model.
fn small(model: Model) -> Experiment {
    Experiment {
        width: 2,
        batch_size: 4,
        ..Experiment::of(model)
    }
}

/// A fresh run's file is read with the metadata of each model.
#[test]
fn metadata_hold_the_settings_that_the_model_uses() {
    use Model::{Conditional, Cyclegan, Dcgan, DcganLinear, Gan, Plane, Vae, Wgan, WganGp};
    let all_but = |left_out: &[Model]| -> Vec<Model> {
        let mut models = Model::ALL.to_vec();
        models.retain(|model| !left_out.contains(model));
        models
    };
    let against_a_discriminator = all_but(&[Vae, Cyclegan]);
    // Settings that only some models use, and which; every model uses the others.
    let own = [
        ("drawing", vec![Plane]),
        (
            "loss",
            vec![Dcgan, Gan, DcganLinear, Conditional, Cyclegan, Plane],
        ),
        ("image_size", all_but(&[Plane])),
        ("latent_dim", all_but(&[Cyclegan])),
        ("discriminator_steps", all_but(&[Vae])),
        ("discriminator_lr", all_but(&[Vae])),
        ("conditioning", vec![Conditional]),
        ("generator_activation", all_but(&[Gan, Vae, Cyclegan])),
        ("clip", vec![Wgan, Plane]),
        ("gradient_penalty", vec![WganGp, Plane]),
        ("spectral_norm", all_but(&[Wgan, Vae])),
        ("feature_matching", against_a_discriminator.clone()),
        ("feature_matching_only", against_a_discriminator.clone()),
        ("mmd", against_a_discriminator.clone()),
        ("d_l2", all_but(&[Wgan, Vae, Cyclegan])),
        ("unrolled_steps", against_a_discriminator),
        ("kl_weight", vec![Vae]),
        ("cycle_weight", vec![Cyclegan]),
        ("identity_weight", vec![Cyclegan]),
    ];
    let every = Experiment::default().to_value();
    for (name, _) in &own {
        assert!(every.get(name).is_some(), "{name}");
    }
    for &model in Model::ALL {
        let training = run(small(model));
        let bytes = wait(training.save()).unwrap();
        let json = &File::read(&bytes).metadata["experiment"];
        let record: Map<String, Value> = serde_json::from_str(json).unwrap();
        for name in every.as_object().unwrap().keys() {
            let of_some = own.iter().find(|(own, _)| own == name);
            let used = of_some.is_none_or(|(_, models)| models.contains(&model));
            assert_eq!(record.contains_key(name), used, "{name} of {model:?}");
        }
        assert_eq!(checkpoint::experiment(&bytes).unwrap(), small(model));
    }
}

#[test]
fn a_plain_generator_begins_a_run_of_the_present_experiment() {
    let device = support::runs::device();
    let trained = trained(tiny(), 2);
    let present = support::runs::run(tiny());
    let mut file = File::read(&saved());
    file.metadata.clear();
    file.tensors
        .retain(|name, _| name.starts_with("generator."));
    let grid = |training: &Training| {
        let mut raw = training.clone();
        raw.show_weights(Weights::Raw);
        wait(raw.grid()).unwrap()
    };
    for prefixed in [true, false] {
        if !prefixed {
            file.tensors = std::mem::take(&mut file.tensors)
                .into_iter()
                .map(|(name, content)| (name["generator.".len()..].to_owned(), content))
                .collect();
        }
        let bytes = file.write();
        assert!(checkpoint::is_plain(&bytes));
        let adopted = present.adopt(&bytes, &device).unwrap();
        assert_eq!(adopted.progress().generator_updates, 0);
        assert!(grid(&adopted) == grid(&trained));
    }
    let other = support::runs::run(Experiment { width: 3, ..tiny() });
    let error = other.adopt(&file.write(), &device).unwrap_err();
    assert_eq!(error.code(), ErrorCode::BadCheckpoint);
    let sentence = error.message();
    assert!(
        sentence.contains("model.0.weight") && sentence.contains("width 3"),
        "{sentence}"
    );
    assert_bad(&error);
}

/// What makes a system's pictures is its generator, whatever it is called.
#[test]
fn a_plain_decoder_or_translator_begins_a_run_too() {
    for (model, maker) in [(Model::Vae, "decoder."), (Model::Cyclegan, "generator_ab.")] {
        let trained = trained(small(model), 2);
        let expected = states(&trained);
        let present = run(small(model));
        let mut file = File::read(&wait(trained.save()).unwrap());
        file.metadata.clear();
        file.tensors.retain(|name, _| name.starts_with(maker));
        for prefixed in [true, false] {
            if !prefixed {
                file.tensors = std::mem::take(&mut file.tensors)
                    .into_iter()
                    .map(|(name, content)| (name[maker.len()..].to_owned(), content))
                    .collect();
            }
            let adopted = present.adopt(&file.write(), &device()).unwrap();
            let untouched = states(&present);
            for (name, values) in states(&adopted) {
                // An average begins anew, with the parameters.
                let own = name.strip_prefix("average.").unwrap_or(&name);
                let same = match own.starts_with(maker) {
                    true => values == expected[own],
                    false => values == untouched[&name],
                };
                assert!(same, "{name}");
            }
        }
    }
}

/// A file of weights alone, from another program.
fn weights_alone() -> File {
    let mut file = File::read(&saved());
    file.tensors
        .retain(|name, _| !name.starts_with("optimizer.") && !name.starts_with("average."));
    file
}

#[test]
fn files_that_lack_metadata_are_told_what_to_add() {
    let of = |image_size: usize| {
        let experiment = Experiment {
            image_size,
            ..tiny()
        };
        let mut file = File::read(&wait(run(experiment).save()).unwrap());
        file.metadata.clear();
        file
    };
    let other = run(Experiment { width: 3, ..tiny() });
    for image_size in [32, 64] {
        let mut file = of(image_size);
        for prefix in ["", "generator.", "generator.model."] {
            file.tensors = of(image_size)
                .tensors
                .into_iter()
                .filter(|(name, _)| name.starts_with("generator."))
                .map(|(name, content)| (name[prefix.len()..].to_owned(), content))
                .collect();
            let bytes = file.write();
            for error in [
                load(&bytes).unwrap_err(),
                checkpoint::experiment(&bytes).unwrap_err(),
                other.adopt(&bytes, &device()).unwrap_err(),
            ] {
                assert_bad(&error);
                let sentence = error.message();
                for part in [
                    "\"ganvas\" = \"1\"",
                    "\"experiment\" = {",
                    "\"width\":2",
                    "\"latent_dim\":5",
                    &format!("\"image_size\":{image_size}"),
                    "tools/ganvas_pytorch.py convert",
                ] {
                    assert!(sentence.contains(part), "{part:?} is not in {sentence}");
                }
            }
        }
        // The metadata that it asks for are enough.
        let mut file = of(image_size);
        file.tensors
            .retain(|name, _| !name.starts_with("optimizer."));
        let experiment = json!({
            "model": "dcgan", "width": 2, "latent_dim": 5, "image_size": image_size,
            "batch_size": 4,
        })
        .to_string();
        file.metadata.insert("ganvas".into(), "1".into());
        assert_refused(&file.write(), "\"experiment\" = {");
        file.metadata.insert("experiment".into(), experiment);
        file.tensors.retain(|name, _| !name.starts_with("average."));
        assert_eq!(
            load(&file.write()).unwrap().experiment().image_size,
            image_size
        );
    }
    // Of other files nothing can be told.
    let mut file = File::read(&saved());
    file.metadata.clear();
    for shape in [&[5, 9, 4, 4][..], &[5, 8, 3, 3], &[5, 8], &[5, 0, 4, 4]] {
        let count = shape.iter().product();
        let content = Content::floats(shape, &vec![0.0; count]);
        *file.get("generator.model.0.weight") = content;
        assert_refused(&file.write(), "\"width\": …");
    }
}

#[test]
fn weights_alone_need_not_say_how_far_they_have_come() {
    let mut file = weights_alone();
    for key in ["step", "discriminator_updates"] {
        file.metadata.remove(key);
    }
    let loaded = load(&file.write()).unwrap();
    assert_eq!(loaded.progress().generator_updates, 0);
    assert_eq!(loaded.progress().discriminator_updates, 0);
    // What they do say has to make sense.
    file.metadata.insert("step".into(), "-1".into());
    assert_refused(&file.write(), "step");
}

#[test]
fn weights_alone_need_not_say_what_batch_norm_has_seen() {
    let mut file = weights_alone();
    file.tensors
        .retain(|name, _| !name.ends_with("num_batches_tracked"));
    let mut loaded = load(&file.write()).unwrap();
    for player in loaded.system().players() {
        assert_eq!(player.passes, 0, "{}", player.name);
    }
    loaded.step().unwrap();
    assert_eq!(wait(loaded.report()).unwrap().step, 3);
}
