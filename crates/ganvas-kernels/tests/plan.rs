//! What a builder makes of layers, and what it refuses.

use ganvas_kernels::plan::{Builder, Convolution, Plan, dcgan};
use ganvas_kernels::stack::{Activation, Map, Norm, Shape, Stage, WeightOrder};

const fn window(output: usize, kernel: usize, stride: usize, padding: usize) -> Convolution {
    Convolution {
        output,
        kernel,
        stride,
        padding,
    }
}

fn image() -> Builder {
    Plan::of(Shape::square(4, 8))
}

fn stages(builder: Builder) -> Vec<Stage> {
    builder.build().unwrap().stack.stages
}

fn names(plan: &Plan) -> Vec<&str> {
    let specs = plan.parameters.iter().chain(&plan.statistics);
    specs.map(|spec| &spec.name[..]).collect()
}

/// The layer that is refused.
fn refused(builder: Builder) -> String {
    builder.build().unwrap_err().layer
}

#[test]
fn layers_are_numbered_and_blocks_have_numbers_of_their_own() {
    let smooth = window(4, 3, 1, 1);
    let plan = image()
        .conv2d_biased(smooth)
        .relu()
        .residual(|block| block.conv2d(smooth).batch_norm().relu().conv2d(smooth))
        .flatten()
        .linear(5)
        .head("mu", 2)
        .build()
        .unwrap();
    assert_eq!(
        names(&plan),
        [
            "model.0.weight",
            "model.0.bias",
            "model.2.block.0.weight",
            "model.2.block.1.weight",
            "model.2.block.1.bias",
            "model.2.block.3.weight",
            "model.4.weight",
            "model.4.bias",
            "mu.weight",
            "mu.bias",
            "model.2.block.1.running_mean",
            "model.2.block.1.running_var",
        ]
    );
    let skips: Vec<_> = plan.stack.stages.iter().map(|stage| stage.skip).collect();
    assert_eq!(skips, [None, None, Some(1), None]);
    assert_eq!(plan.heads[0].stages[0].input, Shape::vector(5));
}

#[test]
fn parameters_are_aligned_and_statistics_packed() {
    let builder = image().conv2d(window(3, 3, 1, 1)).batch_norm();
    let plan = builder
        .conv2d(window(5, 3, 1, 1))
        .batch_norm()
        .build()
        .unwrap();
    for spec in &plan.parameters {
        assert_eq!(spec.offset % 4, 0, "{}", spec.name);
    }
    let places: Vec<usize> = plan.statistics.iter().map(|spec| spec.offset).collect();
    assert_eq!(places, [0, 3, 6, 11]);
    assert_eq!(plan.stack.statistics, 16);
    assert_eq!(plan.stack.parameters % 4, 0);
    // Three channels leave a number free after γ, and after β.
    assert!(plan.stack.has_gaps());
}

#[test]
fn whole_vectors_leave_no_gaps() {
    let plan = image().conv2d(window(4, 3, 1, 1)).batch_norm();
    let plan = plan.conv2d(window(8, 3, 1, 1)).build().unwrap();
    assert!(!plan.stack.has_gaps());
    // Half of the network does not read the other half's parameters.
    let mut half = plan.stack;
    half.stages.pop();
    assert!(half.has_gaps());
}

#[test]
fn a_kernel_that_covers_the_image_is_a_matrix_product() {
    let covering = stages(image().conv2d(window(3, 8, 1, 0)));
    assert_eq!(covering[0].map, Map::Dense(WeightOrder::OutputMajor));
    let pixel = stages(Plan::of(Shape::vector(6)).conv_transpose2d(dcgan::project(3)));
    assert_eq!(pixel[0].map, Map::Dense(WeightOrder::InputMajor));
    assert_eq!(pixel[0].output, Shape::square(3, 4));
}

#[test]
fn what_a_linear_layer_gives_has_the_shape_that_is_wanted() {
    let shape = Shape::square(2, 3);
    let before = stages(
        Plan::of(Shape::vector(4))
            .linear(18)
            .unflatten(shape)
            .batch_norm(),
    );
    assert_eq!(before[0].output, shape);
    // After a normalisation over 18 channels it keeps them.
    let after = stages(
        Plan::of(Shape::vector(4))
            .linear(18)
            .batch_norm()
            .unflatten(shape),
    );
    assert_eq!(after[0].output, Shape::vector(18));
}

#[test]
fn classes_are_rows_after_the_weight() {
    let stem = Plan::of(Shape::vector(6)).conv_transpose2d(dcgan::project(4));
    let plan = stem.class_embedding(3).batch_norm().relu().build().unwrap();
    assert_eq!(plan.stack.input, Shape::vector(9));
    assert_eq!(plan.parameters[1].name, "embedding.weight");
    assert_eq!(plan.parameters[1].shape, [3, 64]);
    assert_eq!(plan.parameters[1].offset, plan.parameters[0].range().end);

    let features = Plan::of(Shape::square(4, 4)).conv2d(dcgan::project(1));
    let plan = features.projection(3).build().unwrap();
    assert_eq!(plan.stack.classes, Some(3));
    assert_eq!(plan.stack.output, Shape::vector(1));
    assert_eq!(plan.stack.stages[0].output, Shape::vector(4));
    assert_eq!(plan.stack.stages[0].weight_len(), 4 * 64);
}

#[test]
fn a_tap_is_of_all_that_a_stage_does() {
    let smooth = window(4, 3, 1, 1);
    let tapped = stages(
        image()
            .conv2d(smooth)
            .instance_norm()
            .relu()
            .tap()
            .conv2d(smooth),
    );
    assert!(tapped[0].tapped && !tapped[1].tapped);
    assert_eq!(tapped[0].norm, Norm::Image);
    assert_eq!(tapped[0].activation, Activation::Relu);
}

#[test]
fn what_no_stack_can_do_is_refused_by_name() {
    let smooth = window(4, 3, 1, 1);
    let conv = || image().conv2d(smooth);
    let features = || Plan::of(Shape::square(4, 4)).conv2d(dcgan::project(1));
    let vector = || Plan::of(Shape::vector(6));
    let cases = [
        ("an activation of nothing", image().relu(), "model.0"),
        ("two activations", conv().relu().tanh(), "model.2"),
        ("a slope of 0", conv().leaky_relu(0.0), "model.1"),
        ("one below 0", conv().leaky_relu(-0.1), "model.1"),
        ("one of no number", conv().leaky_relu(f32::NAN), "model.1"),
        (
            "one without end",
            conv().activation(Activation::LeakyRelu(f32::INFINITY)),
            "model.1",
        ),
        (
            "a normalisation of nothing",
            image().batch_norm(),
            "model.0",
        ),
        (
            "one after an activation",
            conv().relu().instance_norm(),
            "model.2",
        ),
        (
            "two normalisations",
            conv().batch_norm().instance_norm(),
            "model.2",
        ),
        (
            "one of another shape",
            conv().flatten().batch_norm(),
            "model.2",
        ),
        (
            "another number of values",
            vector().linear(6).unflatten(Shape::square(2, 2)),
            "model.1",
        ),
        (
            "a kernel larger than the image",
            image().conv2d(window(4, 11, 1, 1)),
            "model.0",
        ),
        (
            "a step of no size",
            image().conv2d(window(4, 3, 0, 1)),
            "model.0",
        ),
        (
            "no image at all",
            vector().conv_transpose2d(window(4, 2, 1, 1)),
            "model.0",
        ),
        ("a tap on the input", image().tap(), "model.0"),
        ("a tap on the output", conv().tap(), "model"),
        (
            "more after a tap",
            conv().tap().relu().conv2d(smooth),
            "model.1",
        ),
        (
            "an embedding too late",
            conv().class_embedding(3),
            "model.1",
        ),
        (
            "one that leaves a gap",
            vector()
                .conv_transpose2d(window(5, 3, 1, 0))
                .class_embedding(3),
            "model.1",
        ),
        (
            "a projection of many values",
            conv().projection(3),
            "model.1",
        ),
        (
            "an activation after one",
            features().projection(3).tanh(),
            "model.1",
        ),
        (
            "a layer after one",
            features().projection(3).linear(2),
            "model.1",
        ),
        ("an empty block", conv().residual(|block| block), "model.1"),
        (
            "a block of another shape",
            conv().residual(|block| block.conv2d(window(5, 3, 1, 1))),
            "model.1",
        ),
        (
            "one that ends with an activation",
            conv().residual(|block| block.conv2d(smooth).relu()),
            "model.1",
        ),
        (
            "one that begins with one",
            conv().residual(|block| block.relu().conv2d(smooth)),
            "model.1",
        ),
        (
            "one that begins with a reshape",
            conv().residual(|block| block.flatten().linear(256)),
            "model.1",
        ),
        (
            "a block in a block",
            conv().residual(|block| block.residual(|block| block.conv2d(smooth))),
            "model.1",
        ),
        ("a network of nothing", image(), "model"),
    ];
    for (what, builder, layer) in cases {
        assert_eq!(refused(builder), layer, "{what}");
    }
}
