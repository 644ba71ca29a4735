//! Lies over HTTP: the command `lie` between a client and an honest server, and the table of what comes of each lie.

use crate::suites::lies;

/// Writes the table of lies anew, where the environment asks for it.
#[test]
fn the_table_of_lies_is_written_where_it_is_asked_for() {
    if std::env::var_os("METIS_LIGHT_WRITE_LIES").is_none() {
        return;
    }
    let suite = crate::suites::all().into_iter().find(|suite| suite.name == "lies").expect("it is listed");
    let files = crate::read(&suite).expect("the vectors are there");
    let written = std::fs::read_to_string(PATH).expect("it is there");
    let (before, _) = written.split_once(lies::MARK).expect("the mark is in it");
    std::fs::write(PATH, format!("{before}{}{}", lies::MARK, lies::table(&files).0)).expect("it can be written");
}

const PATH: &str = "docs/lies.md";
