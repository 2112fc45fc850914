//! Gzip decompression that a hostile file cannot turn into an out-of-memory.

use std::borrow::Cow;
use std::io::{self, Read};

use flate2::bufread::MultiGzDecoder;

use crate::{Error, Result};

/// The first two bytes of every gzip member (RFC 1952).
const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Decompresses `bytes` when they are gzip and returns them as they are otherwise.
///
/// Files made of several gzip members are read as one, as `gzip -d` does.
/// `limit` is the largest decompressed size in bytes. It bounds the memory that a small
/// hostile file can claim; plain bytes are in memory already, so it does not apply to them.
///
/// # Errors
/// [`ErrorCode::BadDataset`](crate::ErrorCode::BadDataset) when the stream is truncated,
/// corrupt (checksum included) or larger than `limit` once decompressed.
///
/// ```
/// use ganvas_core::data::gzip::maybe_gunzip;
///
/// assert_eq!(maybe_gunzip(b"plain", 100).unwrap().as_ref(), b"plain");
/// assert!(maybe_gunzip(&[0x1f, 0x8b, 8, 0], 100).is_err());
/// ```
pub fn maybe_gunzip(bytes: &[u8], limit: usize) -> Result<Cow<'_, [u8]>> {
    if !bytes.starts_with(&MAGIC) {
        return Ok(Cow::Borrowed(bytes));
    }
    // One byte beyond the limit tells "exactly full" from "too large".
    let allowed = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let mut plain = Vec::new();
    MultiGzDecoder::new(bytes)
        .take(allowed)
        .read_to_end(&mut plain)
        .map_err(|error| explain(&error))?;
    if plain.len() > limit {
        return Err(Error::dataset(format!(
            "the gzip file unpacks to more than {limit} bytes, the most that is accepted here"
        )));
    }
    Ok(Cow::Owned(plain))
}

fn explain(error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Error::dataset(
            "the gzip file is truncated: it ends in the middle of its compressed data",
        ),
        io::ErrorKind::OutOfMemory => {
            Error::dataset("there is not enough memory to unpack the gzip file")
        }
        _ => Error::dataset(format!("the gzip file is corrupt: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{RngCore, SeedableRng};

    use super::*;
    use crate::ErrorCode;

    fn gzip(plain: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn plain_bytes_are_borrowed_whatever_the_limit() {
        for plain in [&b""[..], b"\x1f", b"abc"] {
            assert!(matches!(maybe_gunzip(plain, 0), Ok(Cow::Borrowed(same)) if same == plain));
        }
    }

    #[test]
    fn gzip_is_unpacked_up_to_the_limit_exactly() {
        let plain: Vec<u8> = (0..5000u32).map(|i| (i % 251) as u8).collect();
        let packed = gzip(&plain);
        assert_eq!(maybe_gunzip(&packed, 5000).unwrap(), plain);
        assert_eq!(maybe_gunzip(&packed, usize::MAX).unwrap(), plain);
        let error = maybe_gunzip(&packed, 4999).unwrap_err();
        assert_eq!(error.code(), ErrorCode::BadDataset);
        assert!(error.message().contains("4999"), "{error}");
    }

    #[test]
    fn members_are_joined() {
        let packed = [gzip(b"one "), gzip(b""), gzip(b"two")].concat();
        assert_eq!(maybe_gunzip(&packed, 7).unwrap().as_ref(), b"one two");
        assert!(maybe_gunzip(&packed, 6).is_err());
    }

    #[test]
    fn a_bomb_is_stopped_at_the_limit() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        let block = vec![0; 1_000_000];
        for _ in 0..100 {
            encoder.write_all(&block).unwrap();
        }
        let bomb = encoder.finish().unwrap();
        assert!(bomb.len() < 200_000);
        let error = maybe_gunzip(&bomb, 1_000_000).unwrap_err();
        assert!(error.message().contains("more than 1000000"), "{error}");
    }

    #[test]
    fn every_truncation_is_an_error() {
        let packed = gzip(b"some text that is long enough, long enough to be compressed");
        for length in 2..packed.len() {
            let error = maybe_gunzip(&packed[..length], 1000).unwrap_err();
            assert_eq!(error.code(), ErrorCode::BadDataset);
            assert!(error.message().contains("truncated"), "{length}: {error}");
        }
    }

    #[test]
    fn damage_is_an_error_and_noise_never_panics() {
        let mut packed = gzip(b"some text that is long enough");
        let checksum = packed.len() - 8;
        packed[checksum] ^= 1;
        let error = maybe_gunzip(&packed, 1000).unwrap_err();
        assert!(error.message().contains("corrupt"), "{error}");

        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for _ in 0..2000 {
            let mut noise = vec![0; (rng.next_u32() % 200) as usize];
            rng.fill_bytes(&mut noise);
            // Most cases keep a valid start, to get beyond the first check.
            let start = [0x1f, 0x8b, 8, 0];
            let kept = (rng.next_u32() % 5) as usize;
            for (byte, good) in noise.iter_mut().zip(&start[..kept]) {
                *byte = *good;
            }
            let _ = maybe_gunzip(&noise, 10_000);
        }
    }
}
