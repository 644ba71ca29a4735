//! Files as they come: plain, gzipped, or standard input.

use flate2::read::MultiGzDecoder;
use metis_light::wire::MAX_INPUT;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Reads a file, unpacked; never more than the parsers take, whatever the archive claims to hold.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let bytes = if path == Path::new("-") { bounded(io::stdin().lock()) } else { bounded(File::open(path)?) }?;
    if bytes.starts_with(&GZIP) { bounded(MultiGzDecoder::new(bytes.as_slice())) } else { Ok(bytes) }
}

fn bounded(source: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // One byte more than is allowed, so that the parsers see that there was more.
    source.take(MAX_INPUT as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
