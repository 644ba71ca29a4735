//! Colour and progress where there is a terminal, and amounts as people write them.

use alloy_primitives::utils::format_ether;
use metis_light::client::Progress;
use metis_light::primitives::U256;
use std::io::{self, IsTerminal, Write};

pub(crate) struct Paper {
    is_coloured: bool,
}

impl Paper {
    pub(crate) fn of_stdout() -> Self {
        Self { is_coloured: io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none() }
    }

    pub(crate) fn good(&self, text: &str) -> String {
        self.coloured("32", text)
    }

    pub(crate) fn bad(&self, text: &str) -> String {
        self.coloured("31", text)
    }

    pub(crate) fn quiet(&self, text: &str) -> String {
        self.coloured("2", text)
    }

    fn coloured(&self, code: &str, text: &str) -> String {
        if self.is_coloured { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

pub(crate) fn list(out: &mut impl Write, paper: &Paper, title: &str, items: &[&str]) -> io::Result<()> {
    if items.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", paper.quiet(title))?;
    for item in items {
        writeln!(out, "{}", paper.quiet(&format!("  {item}")))?;
    }
    Ok(())
}

pub(crate) fn line(out: &mut impl Write, label: &str, value: Option<&str>) -> io::Result<()> {
    value.map_or(Ok(()), |value| writeln!(out, "{label}{value}"))
}

/// An amount in a token of 18 decimals, as ETH and METIS are.
pub(crate) fn coins(wei: U256) -> String {
    format_ether(wei).trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// How far something is, on the error stream: a bar that is drawn over itself on a terminal, else a line.
pub(crate) fn progress(Progress { what, done, of }: Progress) {
    const WIDTH: u64 = 30;
    let mut out = io::stderr().lock();
    let filled = done.saturating_mul(WIDTH).checked_div(of).unwrap_or_default().min(WIDTH);
    let bar: String = (0..WIDTH).map(|place| if place < filled { '#' } else { '.' }).collect();
    // Nobody misses a bar that cannot be drawn.
    let _ = match io::stderr().is_terminal() {
        true => write!(out, "\r\u{1b}[K{bar} {done} of {of} {what}\r"),
        // A line that says that nothing is done yet helps nobody.
        false if done == 0 => Ok(()),
        false => writeln!(out, "metis-light: {done} of {of} {what}"),
    };
    let _ = out.flush();
}

/// Takes a bar away that may still be there.
pub(crate) fn clear_progress() {
    if io::stderr().is_terminal() {
        let _ = write!(io::stderr(), "\r\u{1b}[K");
    }
}
