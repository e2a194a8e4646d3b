//! TQ0601: more than 2 MB of XML cannot be saved or imported (reduce-task-sequence-policy-size.md).

use std::io::{self, Write};

use crate::{
    diagnostic::{Code, Finding},
    emit::write_sequence,
    lint::Facts,
    model::{Node, Sequence, Value},
    xml::XmlLayout,
};

/// The most bytes of XML that the site takes.
pub const LIMIT: u64 = 2 * 1024 * 1024;

/// Fewer steps than this cannot reach the limit unless their texts do; then nothing needs to be
/// written to count.
const FEW_STEPS: usize = 40;

/// Measures the XML by writing it to nowhere.
pub fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let sequence = facts.sequence;
    if sequence.step_count() < FEW_STEPS && text_length(sequence) < LIMIT / 16 {
        return Vec::new();
    }
    let Ok(counter) = write_sequence(sequence, XmlLayout::OneLine, Counter(0)) else {
        return Vec::new();
    };
    if counter.0 <= LIMIT {
        return Vec::new();
    }
    let span = sequence
        .name
        .as_ref()
        .map(|name| name.span)
        .or_else(|| Some(sequence.nodes.first()?.common()?.name.span));
    let finding = Finding::new(
        Code::SequenceTooLarge,
        span.unwrap_or_default(),
        format!(
            "the XML has {} bytes; the site takes {LIMIT} and refuses to save or import more",
            counter.0
        ),
    )
    .help("move parts into child sequences, and long scripts into a package");
    vec![finding]
}

fn text_length(sequence: &Sequence) -> u64 {
    let mut total = 0;
    sequence.walk(&mut |node, _| {
        if let Node::Step(step) = node {
            let lengths = step.settings.iter().map(|one| length_of(&one.value));
            total += lengths.sum::<u64>() + step.rules.len() as u64 * 200;
        }
    });
    total
}

/// The bytes of a value that can be long.
fn length_of(value: &Value) -> u64 {
    match value {
        Value::Script(text) | Value::Text(text) => text.len() as u64,
        Value::Bytes(bytes) => bytes.len() as u64,
        _ => 0,
    }
}

struct Counter(u64);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
