//! The whole way from an export to a source, with its proof, in one call.
//!
//! What was written is compiled again and compared with the input. Where the compiler refuses a
//! piece, or the comparison finds a difference, that piece steps back to a plainer form and
//! everything is tried once more.

mod ledger;
mod map_back;

use std::collections::{HashMap, HashSet};

use crate::{
    compile::{Compiled, compile},
    diagnostic::{Code, Finding},
    elaborate::ParameterValues,
    emit, format, lint,
    model::Sequence,
    read::{self, Export, Read, StepBackPlan},
    source::{FileId, Files},
    write::{Scripts, Written, write_source},
    xml::{self, Document, XmlLayout},
};

pub use ledger::{Ledger, LedgerPlace, ProofVerdict};
pub use map_back::findings_of_export;

/// How often pieces may step back: in practice once or twice.
const MAX_ROUNDS: usize = 12;

/// What decompiling gave.
#[derive(Debug)]
pub struct Decompiled {
    /// The source, formatted.
    pub text: String,
    /// Scripts in files of their own: path beside the source, and text.
    pub files: Vec<(String, String)>,
    /// What the source compiles to: places in it are those of `text`. `None` where the compiler
    /// refuses it, or the proof was left out.
    pub sequence: Option<Sequence>,
    /// What the proof says.
    pub ledger: Ledger,
    /// What is worth knowing about the export, at places in its XML.
    pub findings: Vec<Finding>,
}

/// What to do beside reading.
#[derive(Clone, Copy, Debug, Default)]
pub struct DecompileOptions<'a> {
    /// Where scripts go.
    pub scripts: Scripts<'a>,
    /// Whether the proof is left out.
    pub unproven: bool,
}

/// One attempt: what was read, and what was written for it.
struct Attempt {
    read: Read,
    written: Written,
}

/// Turns an export into a source.
pub fn decompile(export: &Export, options: DecompileOptions) -> Decompiled {
    settled(export, options).1
}

/// The last attempt, and what it gave.
fn settled(export: &Export, options: DecompileOptions) -> (Attempt, Decompiled) {
    let mut plan = StepBackPlan::default();
    let mut round = 0;
    loop {
        round += 1;
        let attempt = attempt(export, options.scripts, &plan);
        if let Some(done) = settle(export, &attempt, options, &mut plan, round >= MAX_ROUNDS) {
            return (attempt, done);
        }
    }
}

/// Reads and writes once.
fn attempt(export: &Export, scripts: Scripts, plan: &StepBackPlan) -> Attempt {
    let read = match Document::parse(&export.text) {
        Ok(document) => read::read_sequence(
            &document,
            &export.map,
            &export.package,
            &export.title,
            export.line_end,
            plan,
        ),
        // The input was read before, so this does not happen; an empty sequence then fails the
        // proof.
        Err(_) => Read::default(),
    };
    let written = write_source(&read.sequence, scripts);
    Attempt { read, written }
}

/// Proves an attempt; `None` when the plan was changed and another attempt is worth while.
fn settle(
    export: &Export,
    attempt: &Attempt,
    options: DecompileOptions,
    plan: &mut StepBackPlan,
    last: bool,
) -> Option<Decompiled> {
    let Ok(text) = format::format(&attempt.written.text, FileId(0)) else {
        let rough = compile_text(attempt.written.text.clone(), &attempt.written.files);
        if !last && map_back::step_back(&rough, &attempt.written, plan) {
            return None;
        }
        let ledger = Ledger::refused(export, &rough);
        let sequence = rough.is_good().then_some(rough.sequence);
        let text = attempt.written.text.clone();
        return Some(finish(export, attempt, text, sequence, ledger));
    };
    if options.unproven {
        let ledger = Ledger::unproven(export);
        return Some(finish(export, attempt, text, None, ledger));
    }
    let compiled = compile_text(text.clone(), &attempt.written.files);
    if !compiled.is_good() {
        // The rough text has the marks that say which piece of the XML a finding is about.
        let rough = compile_text(attempt.written.text.clone(), &attempt.written.files);
        if !last && map_back::step_back(&rough, &attempt.written, plan) {
            return None;
        }
        let ledger = Ledger::refused(export, &compiled);
        return Some(finish(export, attempt, text, None, ledger));
    }
    let sequence = compiled.sequence;
    let ledger = prove(export, &attempt.read, &sequence, plan);
    if !last && ledger.verdict == ProofVerdict::NotRepresentable && step_back(&ledger, plan) {
        return None;
    }
    Some(finish(export, attempt, text, Some(sequence), ledger))
}

fn finish(
    export: &Export,
    attempt: &Attempt,
    text: String,
    sequence: Option<Sequence>,
    mut ledger: Ledger,
) -> Decompiled {
    let mut findings = attempt.read.findings.clone();
    findings.extend(attempt.read.kept.iter().map(|(_, span)| {
        Finding::new(Code::KeptAsXml, *span, "this element is kept in XML's own words")
            .help("it comes back as it stands, but nothing checks what it means; please report what it is")
    }));
    ledger.to_enter = lint::to_enter(&attempt.read.sequence);
    ledger.measure(export, &text);
    for difference in &ledger.differences {
        findings.push(
            Finding::new(Code::NotRepresentable, difference.span, difference.message.clone())
                .help("the source that was made would not give this XML; please report it with the element"),
        );
    }
    findings.extend(read::unseen_in_export(export));
    crate::diagnostic::sort(&mut findings);
    read::hide_repeated(&mut findings, export);
    Decompiled {
        text,
        files: attempt.written.files.clone(),
        sequence,
        ledger,
        findings,
    }
}

/// Scripts that are not on any disk yet.
struct ScriptFiles(HashMap<String, String>);

impl Files for ScriptFiles {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        self.0
            .get(path)
            .map(|text| text.clone().into_bytes())
            .ok_or_else(|| "there is no such file".to_owned())
    }
}

/// Compiles a source that was written here.
fn compile_text(text: String, files: &[(String, String)]) -> Compiled {
    let beside = ScriptFiles(files.iter().cloned().collect());
    compile(
        "decompiled.tasq",
        "decompiled.tasq",
        text.into_bytes(),
        &beside,
        &ParameterValues::default(),
    )
}

/// Whether a text is indented: then it is compared with the indented form.
fn is_indented(text: &str) -> bool {
    let root_end = text.find('>').map_or(0, |at| at + 1);
    let own = &text[..root_end];
    own.ends_with(" />") || !own.ends_with("/>") && text[root_end..].starts_with(['\r', '\n'])
}

/// Writes the sequence as XML and compares that with the input.
fn prove(export: &Export, read: &Read, sequence: &Sequence, plan: &StepBackPlan) -> Ledger {
    let form = if is_indented(&export.text) {
        XmlLayout::Pretty
    } else {
        XmlLayout::OneLine
    };
    let mut written = emit::to_string(sequence, form);
    let mut same = written == *export.text;
    if !same && form == XmlLayout::Pretty {
        // Indented files end as their editor left them, and have its line ends.
        if !export.text.contains('\r') {
            written = written.replace("\r\n", "\n");
        }
        same = written == export.text.trim_end_matches(['\r', '\n']);
    }
    let Ok(document) = Document::parse(&export.text) else {
        return Ledger::unproven(export);
    };
    let comparison = match Document::parse(&written) {
        _ if same => xml::Comparison::default(),
        Ok(again) => xml::compare(document.root(), again.root()),
        Err(error) => xml::Comparison {
            differences: vec![xml::Difference {
                element: document.root().number(),
                range: document.root().name_range(),
                message: format!("what was written is no XML: {}", error.message),
                of_text: false,
            }],
            ..xml::Comparison::default()
        },
    };
    Ledger::new(export, read, &document, comparison, same, plan)
}

/// Steps back where the proof failed.
fn step_back(ledger: &Ledger, plan: &mut StepBackPlan) -> bool {
    let mut changed = false;
    let mut seen = HashSet::new();
    for difference in &ledger.differences {
        if let Some(node) = difference.node
            && seen.insert((node, difference.part))
        {
            changed |= plan.step_back(node, difference.part);
        }
    }
    changed
}
