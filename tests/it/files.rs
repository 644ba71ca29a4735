//! Test data as values: read from a directory natively, handed in by JavaScript in WebAssembly.

use std::io::Read;

/// Files under the vectors' directory, sorted by path.
#[derive(Debug, Default)]
pub(crate) struct Files(Vec<(String, Vec<u8>)>);

impl Files {
    /// Takes files as they are; `.gz` is unpacked and the ending dropped.
    pub(crate) fn new(files: Vec<(String, Vec<u8>)>) -> Self {
        let mut files: Vec<_> = files.into_iter().map(unpacked).collect();
        files.sort();
        Self(files)
    }

    /// Reads every file whose path begins with one of `roots`.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) fn read(directory: &std::path::Path, roots: &[&str]) -> Self {
        let mut files = Vec::new();
        let mut folders = vec![directory.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).expect("a folder of vectors can be read") {
                let path = entry.expect("an entry of it as well").path();
                let name = path.strip_prefix(directory).expect("it lies inside").to_string_lossy().replace('\\', "/");
                let is_wanted = |root: &&str| name.starts_with(*root) || root.starts_with(&format!("{name}/"));
                if !roots.iter().any(is_wanted) {
                    continue;
                }
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files.push((name, std::fs::read(&path).expect("a vector can be read")));
                }
            }
        }
        Self::new(files)
    }

    /// These and others.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self.0.sort();
        self
    }

    /// The files whose path begins with `prefix` and ends with `suffix`.
    pub(crate) fn matching<'a>(
        &'a self,
        prefix: &'a str,
        suffix: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        let is_wanted = move |path: &str| path.starts_with(prefix) && path.ends_with(suffix);
        self.0.iter().filter(move |(path, _)| is_wanted(path)).map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }

    /// A file by its path, if it is there.
    pub(crate) fn get(&self, path: &str) -> Option<&[u8]> {
        self.0.iter().find(|(name, _)| name == path).map(|(_, bytes)| bytes.as_slice())
    }

    /// A file as JSON.
    pub(crate) fn json(&self, path: &str) -> Option<serde_json::Value> {
        self.get(path).map(|bytes| json(path, bytes))
    }
}

/// Reads JSON, naming the file where it is none.
pub(crate) fn json(path: &str, bytes: &[u8]) -> serde_json::Value {
    serde_json::from_slice(bytes).unwrap_or_else(|error| panic!("{path} is no json: {error}"))
}

fn unpacked((path, bytes): (String, Vec<u8>)) -> (String, Vec<u8>) {
    let Some(name) = path.strip_suffix(".gz") else { return (path, bytes) };
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut plain).unwrap_or_else(|error| panic!("{path}: {error}"));
    (name.to_owned(), plain)
}
