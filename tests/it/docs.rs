//! What the documents point at is there: every file that a relative link leads to, and in it every name that the link's text
//! is, where that is code. A lesson that names its test is worth what the name is.

use std::path::{Path, PathBuf};

#[test]
fn every_link_of_the_documents_leads_to_what_it_names() {
    let (mut links, mut named, mut broken) = (0, 0, Vec::new());
    for path in documents() {
        let text = std::fs::read_to_string(&path).expect("a document can be read");
        for (label, target) in links_of(&text) {
            if target.contains("://") || target.starts_with(['#', '/']) {
                continue;
            }
            let file = target.split('#').next().unwrap_or(target);
            let at = path.parent().unwrap_or(Path::new("")).join(file);
            links += 1;
            if !at.exists() {
                broken.push(format!("{}: {target} is not there", path.display()));
            } else if let Some(name) = name_in(label).filter(|name| !file.ends_with(name)) {
                named += 1;
                let source = std::fs::read_to_string(&at).unwrap_or_default();
                if !source.contains(name) {
                    broken.push(format!("{}: {target} has no {name}", path.display()));
                }
            }
        }
    }
    println!("{links} links, {named} of them to a name");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert!(links > 50 && named > 30, "they are not found any more: {links}, {named}");
}

#[test]
fn links_are_found_as_they_are_written() {
    let text = "see [`a::name`](x.rs), [the\ntext](y.md#z) and [no link] (at all) [`mut`]";
    assert_eq!(links_of(text), [("`a::name`", "x.rs"), ("the\ntext", "y.md#z")]);
    let names = ["`a::name`", "text", "`a` b", "`a/`"].map(name_in);
    assert_eq!(names, [Some("name"), None, None, None]);
}

/// The documents that are written by hand.
pub(crate) fn documents() -> Vec<PathBuf> {
    let folders = [".", "docs", "benches", "devnet", "fuzz", "js"];
    let files = folders.iter().flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten());
    files
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|it| it == "md"))
        .collect()
}

/// The text and the target of each `[text](target)`.
fn links_of(text: &str) -> Vec<(&str, &str)> {
    let ends = text.match_indices("](");
    let link = |(end, _): (usize, &str)| {
        let label = text[..end].rfind('[')? + 1;
        let target = &text[end + 2..];
        Some((&text[label..end], &target[..target.find(')')?]))
    };
    ends.filter_map(link).collect()
}

/// The last part of a label that is one piece of code.
fn name_in(label: &str) -> Option<&str> {
    let code = label.strip_prefix('`')?.strip_suffix('`').filter(|code| !code.contains('`'))?;
    let is_name = |name: &&str| name.chars().all(|char| char.is_ascii_alphanumeric() || "_-.".contains(char));
    code.rsplit("::").next().filter(is_name)
}
