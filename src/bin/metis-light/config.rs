//! The configuration file: what the flags and the environment leave open.
//!
//! It is found where the user names it, or in the user's own configuration folder, and nowhere else: one that lay in the
//! working folder could bring a checkpoint that nobody chose.

use crate::args::LiveArgs;
use metis_light::network;
use metis_light::primitives::B256;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// A file, as TOML.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    network: Option<String>,
    checkpoint: Option<B256>,
    store: Option<PathBuf>,
    #[serde(default)]
    attestations: Urls,
    #[serde(default)]
    beacon: Urls,
    #[serde(default)]
    l1: Urls,
    #[serde(default)]
    l2: Urls,
}

/// One URL or several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Urls {
    One(String),
    Several(Vec<String>),
}

/// A configuration file that cannot be used.
pub(crate) struct Unusable {
    pub(crate) path: PathBuf,
    pub(crate) message: String,
}

/// The arguments, with what they leave open taken from the file, if there is one.
pub(crate) fn complete(args: &LiveArgs) -> Result<LiveArgs, Unusable> {
    let Some(path) = path(args) else { return Ok(args.clone()) };
    let unusable = |message: String| Unusable { path: path.clone(), message };
    let text = match fs::read_to_string(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && args.config.is_none() => return Ok(args.clone()),
        Err(error) => return Err(unusable(error.to_string())),
        Ok(text) => text,
    };
    let config: Config = toml::from_str(&text).map_err(|error| unusable(error.to_string()))?;
    Ok(config.beneath(args, path.parent().unwrap_or(Path::new(""))))
}

/// Where the file is: as named, or in the user's configuration folder.
fn path(args: &LiveArgs) -> Option<PathBuf> {
    let named = args.config.clone();
    let folder = env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
    let folder = folder.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".config")));
    named.or_else(|| Some(folder?.join("metis-light").join("config.toml")))
}

impl Config {
    /// Paths in the file are seen from its folder.
    fn beneath(self, args: &LiveArgs, folder: &Path) -> LiveArgs {
        let urls = |args: &Vec<String>, config: Urls| if args.is_empty() { config.into() } else { args.clone() };
        let network = self.network.map(|name| match network::built_in(&name) {
            Some(_) => name,
            None => folder.join(name).display().to_string(),
        });
        LiveArgs {
            network: args.network.clone().or(network),
            checkpoint: args.checkpoint.or(self.checkpoint),
            store: args.store.clone().or(self.store.map(|store| folder.join(store))),
            attestations: urls(&args.attestations, self.attestations),
            beacon: urls(&args.beacon, self.beacon),
            l1: urls(&args.l1, self.l1),
            l2: urls(&args.l2, self.l2),
            ..args.clone()
        }
    }
}

impl Default for Urls {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

impl From<Urls> for Vec<String> {
    fn from(urls: Urls) -> Self {
        match urls {
            Urls::One(url) => vec![url],
            Urls::Several(urls) => urls,
        }
    }
}
