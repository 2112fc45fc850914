//! One step of each kind of system.

use burn::tensor::Tensor;
use ganvas_core::Experiment;
use ganvas_core::feed::Feed;
use ganvas_core::network::Labelled;

use super::objective::{discrepancy, feature_distance, of_discriminator, of_generator, penalty};
use super::player::{Player, Players};

/// One whole step; returns both losses, as a report names them.
pub fn step(experiment: &Experiment, players: &mut Players, feed: &mut Feed) -> [f64; 2] {
    match &mut players[..] {
        [encoder, decoder] if encoder.name == "encoder" => {
            autoencoder(experiment, encoder, decoder, feed)
        }
        [generator, discriminator] => adversarial(experiment, generator, discriminator, feed),
        [ab, ba, a, b] => translation(experiment, [ab, ba], [a, b], feed),
        _ => panic!("no such system"),
    }
}

fn scalar(loss: Tensor<1>) -> f64 {
    loss.without_autodiff().into_scalar::<f32>().into()
}

fn logits(output: Tensor<4>) -> Tensor<2> {
    output.flatten(1, 3)
}

fn adversarial(
    experiment: &Experiment,
    generator: &mut Player,
    discriminator: &mut Player,
    feed: &mut Feed,
) -> [f64; 2] {
    let loss = experiment.objective_loss();
    let mut d_loss = 0.0;
    let mut seen = None;
    for _ in 0..experiment.discriminator_steps {
        let index = feed.progress.discriminator_updates;
        let real = feed.real(index);
        let labels = real.labels.as_deref();
        let flat = generator.flat.clone();
        let fake = generator.pass(&flat, feed.discriminator_latents(index), labels);
        let fake = real.like(fake.output);
        let epsilon = (experiment.gradient_penalty > 0.0).then(|| feed.epsilon(index));
        d_loss = update_discriminator(experiment, discriminator, &real, &fake, epsilon);
        seen = Some(real);
        feed.progress.discriminator_updates += 1;
    }
    let real = seen.unwrap();
    let index = feed.progress.generator_updates;
    let labels = feed.fake_labels(index);
    let leaf = generator.leaf();
    let made = generator.pass(&leaf, feed.generator_latents(index), labels.as_deref());
    let fake = Labelled {
        images: made.output,
        labels,
    };

    let mut ahead = discriminator.clone();
    for _ in 0..experiment.unrolled_steps {
        let fixed = fake.like(fake.images.clone().without_autodiff());
        update_discriminator(experiment, &mut ahead, &real, &fixed, None);
    }
    let judge = match experiment.unrolled_steps {
        0 => discriminator,
        _ => &mut ahead,
    };
    let flat = judge.flat.clone();
    let matched = experiment.feature_matching > 0.0;
    let real_features = matched.then(|| {
        let images = real.images.clone();
        judge.pass(&flat, images, real.labels.as_deref()).features
    });
    let judged = judge.pass(&flat, fake.images.clone(), fake.labels.as_deref());
    let own = of_generator(loss, logits(judged.output));
    let g_loss = scalar(own.clone());
    let mut total = match experiment.feature_matching_only {
        true => own.clone() * 0.0,
        false => own,
    };
    if let Some(features) = real_features {
        let distance = feature_distance(features, judged.features);
        total = total + distance * experiment.feature_matching;
    }
    if experiment.mmd > 0.0 {
        total = total + discrepancy(real.images, fake.images) * experiment.mmd;
    }
    generator.descend(&leaf, &mut total.backward());
    feed.progress.generator_updates += 1;
    [d_loss, g_loss]
}

fn update_discriminator(
    experiment: &Experiment,
    player: &mut Player,
    real: &Labelled,
    fake: &Labelled,
    epsilon: Option<Tensor<1>>,
) -> f64 {
    let leaf = player.leaf();
    let mut judge = |images: &Labelled| {
        let pass = player.pass(&leaf, images.images.clone(), images.labels.as_deref());
        logits(pass.output)
    };
    let (said_real, said_fake) = (judge(real), judge(fake));
    let loss = of_discriminator(experiment.objective_loss(), said_real, said_fake);
    let mut total = loss.clone();
    if let Some(epsilon) = epsilon {
        let batch = epsilon.dims()[0];
        let epsilon: Tensor<4> = epsilon.reshape([batch, 1, 1, 1]);
        let between =
            real.images.clone() * epsilon.clone() + fake.images.clone() * (-epsilon + 1.0);
        let slope = player.slope_at(&leaf, between);
        total = total + penalty(slope) * experiment.gradient_penalty;
    }
    player.descend(&leaf, &mut total.backward());
    scalar(loss)
}

fn autoencoder(
    experiment: &Experiment,
    encoder: &mut Player,
    decoder: &mut Player,
    feed: &mut Feed,
) -> [f64; 2] {
    let index = feed.progress.generator_updates;
    let images = feed.real(index).images;
    let noise = feed.generator_latents(index);
    let batch = images.dims()[0];
    let (of_encoder, of_decoder) = (encoder.leaf(), decoder.leaf());
    let features: Tensor<2> = encoder
        .pass(&of_encoder, images.clone(), None)
        .output
        .flatten(1, 3);
    let head = |name: &str| -> Tensor<2> {
        let spec = |suffix: &str| {
            let name = format!("{name}.{suffix}");
            let specs = encoder.network.parameters();
            specs.iter().find(|spec| spec.name == name).unwrap().clone()
        };
        let of = |spec: &ganvas_core::network::TensorSpec| {
            of_encoder.clone().narrow(0, spec.offset, spec.len())
        };
        let (weight, bias) = (spec("weight"), spec("bias"));
        let [outputs, inputs] = weight.shape[..] else {
            panic!("a head is linear");
        };
        let matrix: Tensor<2> = of(&weight).reshape([outputs, inputs]);
        features.clone().matmul(matrix.transpose()) + of(&bias).reshape([1, outputs])
    };
    let (mu, logvar) = (head("mu"), head("logvar"));
    let shape = noise.dims();
    let deviation: Tensor<4> = (logvar.clone() * 0.5).exp().reshape(shape);
    let z = mu.clone().reshape(shape) + deviation * noise;
    let made = decoder.pass(&of_decoder, z, None).output;
    let error = (images - made).square().sum() / batch as f64;
    let kl = (logvar.clone() + 1.0 - mu.square() - logvar.exp()).sum() * (-0.5 / batch as f64);
    let loss = error + kl * experiment.kl_weight;
    let mut gradients = loss.backward();
    encoder.descend(&of_encoder, &mut gradients);
    decoder.descend(&of_decoder, &mut gradients);
    feed.progress.generator_updates += 1;
    feed.progress.discriminator_updates += 1;
    [0.0, scalar(loss)]
}

fn translation(
    experiment: &Experiment,
    [ab, ba]: [&mut Player; 2],
    [d_a, d_b]: [&mut Player; 2],
    feed: &mut Feed,
) -> [f64; 2] {
    let loss = experiment.objective_loss();
    let mut d_loss = 0.0;
    let mut last = None;
    for _ in 0..experiment.discriminator_steps {
        let index = feed.progress.discriminator_updates;
        let (a, b) = (feed.second(index), feed.real(index).images);
        // Translations are shown, not trained: networks without BatchNorm do both alike.
        let (of_ab, of_ba) = (ab.flat.clone(), ba.flat.clone());
        let fake_b = ab.pass(&of_ab, a.clone(), None).output;
        let fake_a = ba.pass(&of_ba, b.clone(), None).output;
        d_loss = update_discriminator(experiment, d_a, &a.clone().into(), &fake_a.into(), None)
            + update_discriminator(experiment, d_b, &b.clone().into(), &fake_b.into(), None);
        last = Some((a, b));
        feed.progress.discriminator_updates += 1;
    }
    let (a, b) = last.unwrap();
    let (of_ab, of_ba) = (ab.leaf(), ba.leaf());
    let mut to_b = |x: &Tensor<4>| ab.pass(&of_ab, x.clone(), None).output;
    let mut to_a = |x: &Tensor<4>| ba.pass(&of_ba, x.clone(), None).output;
    let (fake_b, fake_a) = (to_b(&a), to_a(&b));
    let apart = |x: Tensor<4>, y: &Tensor<4>| (x - y.clone()).abs().mean();
    let cycle = apart(to_a(&fake_b), &a) + apart(to_b(&fake_a), &b);
    let identity = apart(to_a(&a), &a) + apart(to_b(&b), &b);
    let (fixed_a, fixed_b) = (d_a.flat.clone(), d_b.flat.clone());
    let own = of_generator(loss, logits(d_a.pass(&fixed_a, fake_a, None).output))
        + of_generator(loss, logits(d_b.pass(&fixed_b, fake_b, None).output));
    let g_loss = scalar(own.clone());
    let total = own + cycle * experiment.cycle_weight + identity * experiment.identity_weight;
    let mut gradients = total.backward();
    ab.descend(&of_ab, &mut gradients);
    ba.descend(&of_ba, &mut gradients);
    feed.progress.generator_updates += 1;
    [d_loss, g_loss]
}
