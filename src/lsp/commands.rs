//! What the client can have done: simulate up to a step, turn an export into a source.

use lsp_server::{ErrorCode, Message, Request, RequestId};
use serde_json::{Value, json};

use super::{
    capabilities,
    documents::{DocumentKind, Layered, OpenDocument},
    exports,
    requests::RequestResult,
    worker::Worker,
};
use crate::{
    children::ChildSources,
    diagnostic::Finding,
    engine::{Engine, Event, NodeKind, Program, RunOptions},
    host::simulated::SimulatedHost,
    ide::Analysis,
    machine,
    model::Node,
    report::{self, Run, TreeStyle},
    source::{FileId, Files as _, join_relative},
    syntax::SyntaxKind,
};

/// Carries a command out.
pub(super) fn execute(worker: &mut Worker, params: &Value) -> RequestResult {
    let argument = |index: usize| params.pointer(&format!("/arguments/{index}"));
    let invalid = |message: &str| (ErrorCode::InvalidParams, message.to_owned());
    let uri = argument(0)
        .and_then(Value::as_str)
        .ok_or_else(|| invalid("the first argument is an address"))?;
    let document = worker
        .shared
        .documents
        .get(uri)
        .ok_or_else(|| invalid("this text is not open"))?;
    match params.get("command").and_then(Value::as_str) {
        Some(capabilities::CONVERT) => convert(worker, &document),
        Some(capabilities::SIMULATE) => {
            let number = argument(1)
                .and_then(Value::as_u64)
                .ok_or_else(|| invalid("the second argument is a number"))?;
            let outcome = simulate(worker, &document, number as usize);
            let text = outcome.map_err(|message| (ErrorCode::RequestFailed, message))?;
            show(worker, &text);
            Ok(json!({ "text": text }))
        }
        _ => Err(invalid("there is no such command")),
    }
}

/// Tells a result to clients that do nothing with it themselves.
fn show(worker: &Worker, text: &str) {
    if !worker.shared.settings.client_shows {
        let params = json!({ "type": 3, "message": text });
        worker.send(
            lsp_server::Notification {
                method: "window/showMessage".to_owned(),
                params,
            }
            .into(),
        );
    }
}

fn convert(worker: &Worker, document: &OpenDocument) -> RequestResult {
    if document.kind() != DocumentKind::Export {
        return Err((
            ErrorCode::RequestFailed,
            "this is no exported task sequence".to_owned(),
        ));
    }
    let files =
        exports::converted(document).map_err(|message| (ErrorCode::RequestFailed, message))?;
    let params = json!({ "label": "Convert to Tasq", "edit": exports::edit(&files) });
    let id = RequestId::from(format!("tasq-convert-{}", document.version));
    worker.send(Message::Request(Request {
        id,
        method: "workspace/applyEdit".to_owned(),
        params,
    }));
    Ok(json!({ "files": files.iter().map(|(uri, _)| uri).collect::<Vec<_>>() }))
}

/// The report of a run that ends behind a step, which is told by its number in the file.
fn simulate(worker: &mut Worker, document: &OpenDocument, number: usize) -> Result<String, String> {
    let analysis = worker.analysis(document);
    if !analysis.compiled.is_good() {
        return Err("the sequence has errors; mend them first".to_owned());
    }
    let (name, machine) = chosen_machine(worker, document)?;
    let mut host = SimulatedHost::new(machine);
    let files = Layered {
        documents: &worker.shared.documents,
        project: &*worker.shared.project,
        root: &document.root,
    };
    let children = ChildSources::new(&files).resolve(&analysis.compiled.sequence);
    let program = Program::new(&analysis.compiled.sequence, &children)
        .map_err(|refused| refused.to_string())?;
    let last =
        instruction(&analysis, &program, number).ok_or("this step is not part of the sequence")?;
    let mut engine = Engine::new(
        &program,
        RunOptions {
            explain: true,
            ..RunOptions::default()
        },
    );
    engine.begin(&host);
    let variables = engine
        .variables()
        .shown()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    let mut events = Vec::new();
    for event in engine.trace(&mut host) {
        let event = event.map_err(|endless| endless.to_string())?;
        if place(&event).is_some_and(|instruction| instruction > last) {
            break;
        }
        events.push(event);
    }
    let title = analysis
        .compiled
        .sequence
        .name
        .as_ref()
        .map_or(document.name(), |name| name.value.as_str());
    let run = Run {
        sequence: title.to_owned(),
        machine: name,
        variables,
        events,
    };
    Ok(report::text(
        &run,
        TreeStyle {
            color: false,
            unicode: true,
            verbose: true,
        },
    ))
}

/// The instruction that an event is about.
fn place(event: &Event) -> Option<u32> {
    match event {
        Event::StepRan(ran) => Some(ran.at.instruction),
        Event::GroupEntered { at, .. }
        | Event::GroupLeft { at, .. }
        | Event::Skipped { at, .. }
        | Event::NotReached { at, .. }
        | Event::Undecided { at, .. }
        | Event::Failed { at, .. }
        | Event::RestartRequested { at, .. } => Some(at.instruction),
        Event::Restarted { .. } | Event::Finished { .. } => None,
    }
}

/// The machine of the settings, or one of which nothing is known.
fn chosen_machine(
    worker: &Worker,
    document: &OpenDocument,
) -> Result<(String, machine::Machine), String> {
    let Some(path) = worker.shared.settings.machine() else {
        return Ok((
            "a machine of which nothing is known".to_owned(),
            machine::Machine::default(),
        ));
    };
    let files = Layered {
        documents: &worker.shared.documents,
        project: &*worker.shared.project,
        root: &document.root,
    };
    let inner = join_relative("x", &path).map_err(|error| format!("{path}: {error}"))?;
    let bytes = files
        .read(&inner)
        .map_err(|error| format!("{path}: {error}"))?;
    let text = String::from_utf8(bytes).map_err(|_| format!("{path} is not UTF-8"))?;
    let parsed = machine::parse_named(&path, FileId(0), &text);
    match parsed
        .findings
        .iter()
        .find(|finding| Finding::is_error(finding))
    {
        Some(finding) => Err(format!("{path}: {}", finding.message)),
        None => Ok((path, parsed.machine)),
    }
}

/// The instruction of the step that is the file's `number`th.
fn instruction(analysis: &Analysis, program: &Program<'_>, number: usize) -> Option<u32> {
    let fragments: Vec<_> = analysis
        .tree()
        .nodes()
        .filter(|node| node.kind() == SyntaxKind::Fragment)
        .map(crate::syntax::Node::span)
        .collect();
    let in_fragment = |start: u32| {
        fragments
            .iter()
            .any(|span| (span.start..span.end).contains(&start))
    };
    let mut steps = analysis
        .tree()
        .nodes()
        .filter(|node| node.kind() == SyntaxKind::Step && !in_fragment(node.span().start));
    let start = steps.nth(number)?.span().start;
    let mut place = None;
    let mut count = 0;
    analysis.compiled.sequence.walk(&mut |node, _| {
        if let Node::Step(step) = node {
            if step.common.span.start == start {
                place = Some(count);
            }
            count += 1;
        }
    });
    let own = program
        .instructions()
        .filter(|at| matches!(at.kind, NodeKind::Step | NodeKind::Child));
    own.map(|at| at.instruction).nth(place?)
}
