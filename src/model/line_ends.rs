//! Scripts whose lines do not all end alike: somebody pasted a part. A source holds them with one
//! kind of line end and the numbers of the other lines, because base64 could not be read.

use std::fmt;

/// Numbers of lines, from 1: `3 7-9`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineNumbers(Vec<(usize, usize)>);

impl LineNumbers {
    /// Reads them; `None` where a part is neither a number nor a range of numbers.
    pub fn parse(text: &str) -> Option<LineNumbers> {
        let number = |text: &str| {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|line| digits && *line > 0)
        };
        let range = |part: &str| {
            let (start, end) = part.split_once('-').unwrap_or((part, part));
            let (start, end) = (number(start)?, number(end)?);
            (start <= end).then_some((start, end))
        };
        text.split(' ')
            .map(range)
            .collect::<Option<_>>()
            .map(LineNumbers)
    }

    /// The greatest of them.
    pub fn last(&self) -> usize {
        self.0.iter().map(|(_, end)| *end).max().unwrap_or(0)
    }

    fn contains(&self, line: usize) -> bool {
        self.0
            .iter()
            .any(|(start, end)| (*start..=*end).contains(&line))
    }
}

impl fmt::Display for LineNumbers {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (start, end)) in self.0.iter().enumerate() {
            let blank = if index > 0 { " " } else { "" };
            write!(out, "{blank}{start}")?;
            if end > start {
                write!(out, "-{end}")?;
            }
        }
        Ok(())
    }
}

/// A text with one kind of line end, and the numbers of the lines that end in the other. `None`
/// where all end alike, or a carriage return stands alone.
pub fn split(text: &str) -> Option<(String, LineNumbers)> {
    let pairs = text.matches("\r\n").count();
    let feeds = text.matches('\n').count() - pairs;
    if pairs == 0 || feeds == 0 || text.matches('\r').count() != pairs {
        return None;
    }
    let usual = if pairs >= feeds { "\r\n" } else { "\n" };
    let mut lines: Vec<&str> = text.split('\n').collect();
    let last = lines.pop().unwrap_or("");
    let mut out = String::with_capacity(text.len());
    let mut odd: Vec<(usize, usize)> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let own = line.strip_suffix('\r');
        out.push_str(own.unwrap_or(line));
        out.push_str(usual);
        if own.is_some() != (usual == "\r\n") {
            match odd.last_mut() {
                Some((_, end)) if *end == index => *end += 1,
                _ => odd.push((index + 1, index + 1)),
            }
        }
    }
    out.push_str(last);
    Some((out, LineNumbers(odd)))
}

/// How many lines of a text end.
pub fn count(text: &str) -> usize {
    text.matches('\n').count()
}

/// The text with the line ends of the named lines changed; what is no line's number changes
/// nothing.
pub fn apply(text: &str, numbers: &LineNumbers) -> String {
    let mut out = String::with_capacity(text.len());
    let mut lines: Vec<&str> = text.split('\n').collect();
    let last = lines.pop().unwrap_or("");
    for (index, line) in lines.iter().enumerate() {
        let odd = numbers.contains(index + 1);
        let own = line.strip_suffix('\r');
        out.push_str(own.unwrap_or(line));
        out.push_str(if own.is_some() == odd { "\n" } else { "\r\n" });
    }
    out.push_str(last);
    out
}
