use super::Asked;
use serde_json::Value;

/// What an honest source said before, the newest last: what a liar can say again.
#[derive(Clone, Debug, Default)]
pub struct Past(Vec<(Asked, Value)>);

/// How many answers are remembered: several heads' worth. A proxy may run for long.
const REMEMBERED: usize = 4_000;

impl Past {
    /// Remembers an answer, once.
    pub fn remember(&mut self, asked: &Asked, answer: &Value) {
        if self.0.iter().any(|(before, said)| before == asked && said == answer) {
            return;
        }
        if self.0.len() >= REMEMBERED {
            self.0.remove(0);
        }
        self.0.push((asked.clone(), answer.clone()));
    }

    /// The oldest answer to the same that is another than this one.
    pub(super) fn older(&self, asked: &Asked, than: &Value) -> Option<&Value> {
        self.0.iter().find(|(before, said)| before == asked && said != than).map(|(_, said)| said)
    }

    /// An answer that is not null to something of the same name that was asked with other parameters.
    pub(super) fn like(&self, asked: &Asked, wanted: impl Fn(&Asked, &Value) -> bool) -> Option<&Value> {
        let found = self.0.iter().find(|(before, said)| {
            before.name == asked.name && before.params != asked.params && !said.is_null() && wanted(before, said)
        });
        found.map(|(_, said)| said)
    }

    /// An answer to a path that begins so, and is another.
    pub(super) fn path(&self, asked: &Asked, prefix: &str) -> Option<&Value> {
        let found = self.0.iter().find(|(before, _)| before.name.starts_with(prefix) && before.name != asked.name);
        found.map(|(_, said)| said)
    }
}
