//! The end of a stack with classes: from u₀, u₁, … of each image and its class c to
//! u₀ + u₁₊c, and back.

/// Where the value of a class stands among the values of an image, if it is one.
fn place(label: f32, values: usize) -> Option<usize> {
    let classes = (values - 1) as f32;
    (label >= 0.0 && label < classes).then_some(1 + label as usize)
}

/// One number for each image from `values` numbers each.
pub(super) fn project(u: &[f32], values: usize, labels: &[f32]) -> Vec<f32> {
    let images = u.chunks_exact(values).zip(labels);
    images
        .map(|(u, label)| u[0] + place(*label, values).map_or(0.0, |at| u[at]))
        .collect()
}

/// The gradient of u from that of [`project`].
pub(super) fn spread(gradient: &[f32], values: usize, labels: &[f32]) -> Vec<f32> {
    let mut u = vec![0.0; gradient.len() * values];
    let images = u.chunks_exact_mut(values).zip(gradient).zip(labels);
    for ((u, gradient), label) in images {
        u[0] = *gradient;
        if let Some(at) = place(*label, values) {
            u[at] = *gradient;
        }
    }
    u
}

#[cfg(test)]
mod tests {
    use super::{project, spread};

    #[test]
    fn the_class_of_an_image_chooses_what_is_added() {
        let u = [1.0, 10.0, 20.0, 2.0, 30.0, 40.0, 3.0, 50.0, 60.0];
        // The third image has no class.
        let labels = [1.0, 0.0, -1.0];
        assert_eq!(project(&u, 3, &labels), [21.0, 32.0, 3.0]);
        assert_eq!(
            spread(&[1.0, 2.0, 3.0], 3, &labels),
            [1.0, 0.0, 1.0, 2.0, 2.0, 0.0, 3.0, 0.0, 0.0]
        );
        assert_eq!(project(&u[..3], 3, &[2.0]), [1.0]);
        assert_eq!(project(&u[..3], 3, &[f32::NAN]), [1.0]);
        assert!(project(&[f32::NAN, 1.0], 2, &[0.0])[0].is_nan());
    }
}
