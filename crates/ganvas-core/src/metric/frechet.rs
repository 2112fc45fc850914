//! The Fréchet distance between two sets of feature vectors.
//!
//! Both sets are taken for normal distributions with the sets' means and
//! covariances; between those the distance has a closed form:
//!
//! d² = |μ₁ − μ₂|² + tr(C₁ + C₂ − 2(C₁C₂)^½)
//!
//! Dowson and Landau, *The Fréchet distance between multivariate normal
//! distributions*, 1982; made a measure of generated images by Heusel et al.,
//! *GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash
//! Equilibrium*, 2017 ("FID", d² on features of Inception). Here the features
//! are those of [`super::Classifier`], so the numbers compare with each other
//! and not with published FIDs. In PyTorch, `pytorch-fid` computes the same
//! formula with `scipy.linalg.sqrtm`.
//!
//! C₁C₂ is not symmetric, but C₁^½C₂C₁^½ is and has the same eigenvalues, so
//! tr((C₁C₂)^½) is the sum of the square roots of those: two symmetric eigenvalue
//! problems, which stay well behaved when covariances are singular (fewer
//! samples than dimensions). All of it is in f64.

use crate::{Error, Result};

/// Mean and covariance of a set of vectors.
#[derive(Debug, Clone, PartialEq)]
pub struct Moments {
    /// How many vectors there were.
    pub count: usize,
    /// μ, `dimensions` numbers.
    pub mean: Vec<f64>,
    /// C with the unbiased divisor n − 1, `dimensions × dimensions` numbers, row
    /// after row. A single vector has covariance zero.
    pub covariance: Vec<f64>,
}

impl Moments {
    /// Of the vectors in `rows`, `dimensions` numbers each.
    ///
    /// # Errors
    ///
    /// `internal` when there is no vector, when the last is incomplete, or when a
    /// number is not finite.
    pub fn of(rows: &[f32], dimensions: usize) -> Result<Self> {
        if dimensions == 0 || rows.is_empty() || !rows.len().is_multiple_of(dimensions) {
            return Err(Error::internal(format!(
                "{} numbers are no set of vectors of {dimensions}",
                rows.len()
            )));
        }
        if rows.iter().any(|value| !value.is_finite()) {
            return Err(Error::internal("a feature is not a finite number"));
        }
        let count = rows.len() / dimensions;
        let mut mean = vec![0.0; dimensions];
        for row in rows.chunks_exact(dimensions) {
            for (sum, value) in mean.iter_mut().zip(row) {
                *sum += f64::from(*value);
            }
        }
        mean.iter_mut().for_each(|sum| *sum /= count as f64);

        // Around the mean, in a second pass: no cancellation.
        let mut covariance = vec![0.0; dimensions * dimensions];
        let mut centred = vec![0.0; dimensions];
        for row in rows.chunks_exact(dimensions) {
            for ((centred, value), mean) in centred.iter_mut().zip(row).zip(&mean) {
                *centred = f64::from(*value) - mean;
            }
            for (line, a) in covariance.chunks_exact_mut(dimensions).zip(&centred) {
                for (sum, b) in line.iter_mut().zip(&centred) {
                    *sum += a * b;
                }
            }
        }
        let divisor = count.max(2) - 1;
        covariance.iter_mut().for_each(|sum| *sum /= divisor as f64);
        Ok(Self {
            count,
            mean,
            covariance,
        })
    }
}

/// d² between the normal distributions with the given moments; 0 when they are
/// the same, never negative, symmetric.
///
/// ```
/// use ganvas_core::metric::{Moments, frechet_distance};
///
/// // On a line: (μ₁ − μ₂)² + (σ₁ − σ₂)²
/// let narrow = Moments { count: 2, mean: vec![1.0], covariance: vec![4.0] };
/// let wide = Moments { count: 2, mean: vec![4.0], covariance: vec![25.0] };
/// assert_eq!(frechet_distance(&narrow, &wide).unwrap(), 9.0 + 9.0);
/// ```
///
/// # Errors
///
/// `internal` when the two have different dimensions.
pub fn frechet_distance(a: &Moments, b: &Moments) -> Result<f64> {
    Reference::of(a.clone())?.distance_to(b)
}

/// Moments that others are compared with again and again.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    moments: Moments,
    /// C^½
    root: Vec<f64>,
}

impl Reference {
    /// With the moments given.
    ///
    /// # Errors
    ///
    /// `internal` when mean and covariance have different dimensions.
    pub fn of(moments: Moments) -> Result<Self> {
        let n = moments.mean.len();
        if moments.covariance.len() != n * n {
            return Err(incomparable(&moments, &moments));
        }
        Ok(Self {
            root: square_root(&moments.covariance, n),
            moments,
        })
    }

    /// As [`frechet_distance`], bit for bit.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn distance_to(&self, other: &Moments) -> Result<f64> {
        let (a, b) = (&self.moments, other);
        let n = a.mean.len();
        if b.mean.len() != n || b.covariance.len() != n * n {
            return Err(incomparable(a, b));
        }
        Ok(distance(a, &self.root, b))
    }
}

fn incomparable(a: &Moments, b: &Moments) -> Error {
    Error::internal(format!(
        "moments of {} and {} dimensions cannot be compared",
        a.mean.len(),
        b.mean.len()
    ))
}

/// d², with the square root of the first covariance.
fn distance(a: &Moments, root: &[f64], b: &Moments) -> f64 {
    let n = a.mean.len();
    let shift: f64 = a
        .mean
        .iter()
        .zip(&b.mean)
        .map(|(a, b)| (a - b) * (a - b))
        .sum();
    let mut product = multiply(&multiply(root, &b.covariance, n), root, n);
    symmetrise(&mut product, n);
    let (values, _) = eigen(product, n);
    // Rounding makes small negative eigenvalues of zeros.
    let cross: f64 = values.iter().map(|value| value.max(0.0).sqrt()).sum();
    let spread = trace(&a.covariance, n) + trace(&b.covariance, n) - 2.0 * cross;
    (shift + spread).max(0.0)
}

fn trace(matrix: &[f64], n: usize) -> f64 {
    (0..n).map(|i| matrix[i * n + i]).sum()
}

fn multiply(a: &[f64], b: &[f64], n: usize) -> Vec<f64> {
    let mut product = vec![0.0; n * n];
    for (line, a) in product.chunks_exact_mut(n).zip(a.chunks_exact(n)) {
        for (factor, b) in a.iter().zip(b.chunks_exact(n)) {
            for (sum, value) in line.iter_mut().zip(b) {
                *sum += factor * value;
            }
        }
    }
    product
}

fn symmetrise(matrix: &mut [f64], n: usize) {
    for i in 0..n {
        for j in 0..i {
            let mean = 0.5 * (matrix[i * n + j] + matrix[j * n + i]);
            matrix[i * n + j] = mean;
            matrix[j * n + i] = mean;
        }
    }
}

/// The symmetric square root of a symmetric positive semidefinite matrix.
fn square_root(matrix: &[f64], n: usize) -> Vec<f64> {
    let (values, vectors) = eigen(matrix.to_vec(), n);
    let mut root = vec![0.0; n * n];
    for (value, vector) in values.iter().zip(vectors.chunks_exact(n)) {
        let scale = value.max(0.0).sqrt();
        for (line, a) in root.chunks_exact_mut(n).zip(vector) {
            for (sum, b) in line.iter_mut().zip(vector) {
                *sum += scale * a * b;
            }
        }
    }
    root
}

/// Eigenvalues of a symmetric matrix, and its orthonormal eigenvectors as rows
/// in the same order, by cyclic Jacobi rotations (Golub and Van Loan, *Matrix
/// Computations*, §8.5). At 64 dimensions it takes about ten sweeps, a few
/// milliseconds.
fn eigen(mut a: Vec<f64>, n: usize) -> (Vec<f64>, Vec<f64>) {
    let mut vectors = vec![0.0; n * n];
    for i in 0..n {
        vectors[i * n + i] = 1.0;
    }
    let total: f64 = a.iter().map(|value| value * value).sum();
    // Convergence is quadratic at the end; the bound is only against surprises.
    for _ in 0..60 {
        let off: f64 = (0..n)
            .flat_map(|i| (0..i).map(move |j| (i, j)))
            .map(|(i, j)| a[i * n + j] * a[i * n + j])
            .sum();
        if off <= 1e-30 * total {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                rotate(&mut a, &mut vectors, n, p, q);
            }
        }
    }
    ((0..n).map(|i| a[i * n + i]).collect(), vectors)
}

/// One rotation in the plane of axes `p` and `q` that makes `a[p][q]` zero.
fn rotate(a: &mut [f64], vectors: &mut [f64], n: usize, p: usize, q: usize) {
    let corner = a[p * n + q];
    if corner == 0.0 {
        return;
    }
    let theta = (a[q * n + q] - a[p * n + p]) / (2.0 * corner);
    // The smaller of the two angles; for a huge theta this is 1/(2θ), and never 0/0.
    let t = theta.signum() / (theta.abs() + theta.hypot(1.0));
    let c = 1.0 / t.hypot(1.0);
    let s = t * c;
    for k in 0..n {
        let (kp, kq) = (a[k * n + p], a[k * n + q]);
        a[k * n + p] = c * kp - s * kq;
        a[k * n + q] = s * kp + c * kq;
    }
    for k in 0..n {
        let (pk, qk) = (a[p * n + k], a[q * n + k]);
        a[p * n + k] = c * pk - s * qk;
        a[q * n + k] = s * pk + c * qk;
    }
    a[p * n + q] = 0.0;
    a[q * n + p] = 0.0;
    for k in 0..n {
        let (pk, qk) = (vectors[p * n + k], vectors[q * n + k]);
        vectors[p * n + k] = c * pk - s * qk;
        vectors[q * n + k] = s * pk + c * qk;
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng;
    use rand_distr::{Distribution, StandardNormal};

    use super::*;

    fn normal(seed: u64, count: usize) -> Vec<f64> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        (0..count)
            .map(|_| StandardNormal.sample(&mut rng))
            .collect()
    }

    fn moments(mean: Vec<f64>, covariance: Vec<f64>) -> Moments {
        Moments {
            count: 100,
            mean,
            covariance,
        }
    }

    fn diagonal(values: &[f64]) -> Vec<f64> {
        let n = values.len();
        let mut matrix = vec![0.0; n * n];
        for (i, value) in values.iter().enumerate() {
            matrix[i * n + i] = *value;
        }
        matrix
    }

    fn transpose(a: &[f64], n: usize) -> Vec<f64> {
        (0..n * n).map(|i| a[i % n * n + i / n]).collect()
    }

    /// A random orthogonal matrix: the eigenvectors of a random symmetric one.
    fn orthogonal(seed: u64, n: usize) -> Vec<f64> {
        let mut a = normal(seed, n * n);
        symmetrise(&mut a, n);
        eigen(a, n).1
    }

    /// Q · diag(values) · Qᵀ
    fn turned(q: &[f64], values: &[f64]) -> Vec<f64> {
        let n = values.len();
        let mut product = multiply(&multiply(q, &diagonal(values), n), &transpose(q, n), n);
        symmetrise(&mut product, n);
        product
    }

    fn covariance(seed: u64, n: usize) -> Vec<f64> {
        let a = normal(seed, n * n);
        let mut product = multiply(&a, &transpose(&a, n), n);
        symmetrise(&mut product, n);
        product
    }

    #[track_caller]
    fn assert_close(actual: f64, expected: f64, tolerance: f64) {
        assert!(
            (actual - expected).abs() <= tolerance,
            "{actual} is not {expected}"
        );
    }

    #[test]
    fn eigenvectors_rebuild_the_matrix() {
        for n in [1, 2, 3, 10, 64] {
            let mut a = normal(n as u64, n * n);
            symmetrise(&mut a, n);
            let (values, vectors) = eigen(a.clone(), n);
            let columns = transpose(&vectors, n);
            let again = turned(&columns, &values);
            let identity = multiply(&vectors, &columns, n);
            for i in 0..n * n {
                assert_close(again[i], a[i], 1e-12 * n as f64);
                let one = if i / n == i % n { 1.0 } else { 0.0 };
                assert_close(identity[i], one, 1e-13 * n as f64);
            }
        }
    }

    #[test]
    fn eigenvalues_of_a_known_matrix() {
        let (mut values, _) = eigen(vec![2.0, -1.0, 0.0, -1.0, 2.0, -1.0, 0.0, -1.0, 2.0], 3);
        values.sort_by(f64::total_cmp);
        let root = 2f64.sqrt();
        for (value, expected) in values.iter().zip([2.0 - root, 2.0, 2.0 + root]) {
            assert_close(*value, expected, 1e-14);
        }
    }

    #[test]
    fn eigenvalues_of_very_different_size_are_found() {
        let (values, _) = eigen(diagonal(&[1e300, 0.0, 1e-300]), 3);
        assert_eq!(values, [1e300, 0.0, 1e-300]);
        let (values, _) = eigen(vec![1.0, 1e-200, 1e-200, 3.0], 2);
        assert_eq!(values, [1.0, 3.0]);
        let (values, _) = eigen(vec![5.0, 0.0, 0.0, 5.0], 2);
        assert_eq!(values, [5.0, 5.0]);
    }

    #[test]
    fn equal_distributions_are_at_distance_zero() {
        for n in [1, 5, 64] {
            let a = moments(normal(1, n), covariance(2, n));
            let scale = trace(&a.covariance, n);
            assert_close(frechet_distance(&a, &a).unwrap(), 0.0, 1e-10 * scale);
        }
    }

    #[test]
    fn shifted_means_are_at_their_squared_distance() {
        let n = 20;
        let c = covariance(3, n);
        let (from, by) = (normal(4, n), normal(5, n));
        let to: Vec<f64> = from.iter().zip(&by).map(|(a, b)| a + b).collect();
        let expected: f64 = by.iter().map(|v| v * v).sum();
        let d = frechet_distance(&moments(from, c.clone()), &moments(to, c)).unwrap();
        assert_close(d, expected, 1e-9);
    }

    /// (√a − √b)² along each axis of a frame that both share, whatever the frame.
    #[test]
    fn commuting_covariances_differ_by_their_deviations() {
        let a: Vec<f64> = (0..32).map(|i| f64::from(i) * 0.3).collect();
        let b: Vec<f64> = (0..32).map(|i| f64::from(31 - i).powi(2) * 0.01).collect();
        let expected: f64 = a
            .iter()
            .zip(&b)
            .map(|(a, b)| (a.sqrt() - b.sqrt()).powi(2))
            .sum();
        let zero = vec![0.0; 32];
        let straight = frechet_distance(
            &moments(zero.clone(), diagonal(&a)),
            &moments(zero.clone(), diagonal(&b)),
        );
        assert_close(straight.unwrap(), expected, 1e-10);
        let q = orthogonal(6, 32);
        let rotated = frechet_distance(
            &moments(zero.clone(), turned(&q, &a)),
            &moments(zero, turned(&q, &b)),
        );
        // Square roots of eigenvalues that rounding moved from 0 to 1e-16.
        assert_close(rotated.unwrap(), expected, 1e-6);
    }

    /// In two dimensions tr(M^½) = √(tr M + 2√det M) gives the general case by hand.
    #[test]
    fn covariances_that_do_not_commute() {
        let (a, b) = (vec![2.0, 1.0, 1.0, 3.0], vec![5.0, -2.0, -2.0, 1.0]);
        let product = multiply(&a, &b, 2);
        let determinant = product[0] * product[3] - product[1] * product[2];
        let cross = (trace(&product, 2) + 2.0 * determinant.sqrt()).sqrt();
        let expected = 2.0 + 3.0 + 5.0 + 1.0 - 2.0 * cross;
        let d = frechet_distance(&moments(vec![0.0; 2], a), &moments(vec![0.0; 2], b)).unwrap();
        assert_close(d, expected, 1e-12);
    }

    #[test]
    fn it_is_symmetric_and_not_changed_by_a_turn() {
        let n = 64;
        let a = moments(normal(7, n), covariance(8, n));
        let b = moments(normal(9, n), covariance(10, n));
        let d = frechet_distance(&a, &b).unwrap();
        assert!(d > 1.0);
        assert_close(frechet_distance(&b, &a).unwrap(), d, 1e-8 * d);

        let q = orthogonal(11, n);
        let turn = |m: &Moments| {
            let mean = q
                .chunks_exact(n)
                .map(|row| row.iter().zip(&m.mean).map(|(a, b)| a * b).sum())
                .collect();
            let c = multiply(&multiply(&q, &m.covariance, n), &transpose(&q, n), n);
            moments(mean, c)
        };
        let turned = frechet_distance(&turn(&a), &turn(&b)).unwrap();
        assert_close(turned, d, 1e-8 * d);
    }

    #[test]
    fn rank_deficient_covariances() {
        let zero = vec![0.0; 3];
        let flat = moments(zero.clone(), diagonal(&[4.0, 0.0, 0.0]));
        let other = moments(zero.clone(), diagonal(&[0.0, 9.0, 0.0]));
        let point = moments(zero, vec![0.0; 9]);
        assert_close(frechet_distance(&flat, &other).unwrap(), 13.0, 1e-12);
        assert_close(frechet_distance(&flat, &point).unwrap(), 4.0, 1e-12);
        assert_eq!(frechet_distance(&point, &point).unwrap(), 0.0);
    }

    #[test]
    fn fewer_samples_than_dimensions() {
        let rows = |seed, count: usize| -> Vec<f32> {
            normal(seed, count * 64)
                .into_iter()
                .map(|v| v as f32)
                .collect()
        };
        let few = Moments::of(&rows(1, 5), 64).unwrap();
        let one = Moments::of(&rows(2, 1), 64).unwrap();
        assert!(one.covariance.iter().all(|v| *v == 0.0));
        assert_close(frechet_distance(&few, &few).unwrap(), 0.0, 1e-5);
        let d = frechet_distance(&few, &one).unwrap();
        let shift: f64 = few
            .mean
            .iter()
            .zip(&one.mean)
            .map(|(a, b)| (a - b).powi(2))
            .sum();
        assert_close(d, shift + trace(&few.covariance, 64), 1e-9);
    }

    #[test]
    fn moments_by_hand() {
        let m = Moments::of(&[1.0, 10.0, 3.0, 10.0, 5.0, 16.0], 2).unwrap();
        assert_eq!((m.count, m.mean), (3, vec![3.0, 12.0]));
        assert_eq!(m.covariance, [4.0, 6.0, 6.0, 12.0]);
    }

    #[test]
    fn samples_of_one_distribution_come_close_to_each_other() {
        let sample = |seed| {
            let rows: Vec<f32> = normal(seed, 5000 * 8)
                .into_iter()
                .map(|v| v as f32)
                .collect();
            Moments::of(&rows, 8).unwrap()
        };
        let d = frechet_distance(&sample(1), &sample(2)).unwrap();
        assert!(d > 0.0 && d < 0.02, "{d}");
    }

    #[test]
    fn what_cannot_be_compared_is_an_error() {
        assert!(Moments::of(&[], 4).is_err());
        assert!(Moments::of(&[1.0; 5], 4).is_err());
        assert!(Moments::of(&[f32::NAN], 1).is_err());
        let (one, two) = (Moments::of(&[1.0], 1), Moments::of(&[1.0; 2], 2));
        assert!(frechet_distance(&one.unwrap(), &two.unwrap()).is_err());
    }
}
