//! Comma-separated values as RFC 4180 writes them, which no spreadsheet runs.
//!
//! A cell that begins with `=`, `+`, `-`, `@`, a tab or a return would be a formula to a spreadsheet, and the rows hold what
//! strangers typed: such a cell gets an apostrophe before it, which spreadsheets show as text. JSON Lines has the very text.

/// What can stand in a table.
pub trait Table {
    /// The names of the columns.
    const HEAD: &'static [&'static str];

    /// A cell for each of them; empty where there is nothing.
    fn cells(&self) -> Vec<String>;
}

/// One line, with its end.
pub fn line<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.map(cell).collect();
    cells.join(",") + "\r\n"
}

fn cell(text: &str) -> String {
    let tame = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if tame.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", tame.replace('"', "\"\""))
    } else {
        tame
    }
}

/// A value that may be absent, as a cell.
pub fn maybe<T: ToString>(value: &Option<T>) -> String {
    value.as_ref().map(ToString::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_those_of_the_rfc() {
        assert_eq!(line(["a", "", "c d"].into_iter()), "a,,c d\r\n");
        assert_eq!(
            line(["a,b", "say \"so\"", "two\r\nlines"].into_iter()),
            "\"a,b\",\"say \"\"so\"\"\",\"two\r\nlines\"\r\n"
        );
        assert_eq!(line(["Łukasz", "Ünï"].into_iter()), "Łukasz,Ünï\r\n");
    }

    #[test]
    fn no_cell_is_a_formula() {
        for hostile in [
            "=1+1",
            "=HYPERLINK(\"https://evil.example\")",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
        ] {
            let written = line([hostile].into_iter());
            let inside = written.trim_end().trim_start_matches('"');
            assert!(inside.starts_with('\''), "{written:?}");
        }
        assert_eq!(
            line(["a=b", "1-2"].into_iter()),
            "a=b,1-2\r\n",
            "only at the beginning"
        );
    }
}
