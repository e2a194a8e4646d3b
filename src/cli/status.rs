//! `tasq status` and `tasq cancel`.

use std::path::PathBuf;

use clap::Args;

use super::{
    Failure, Status, output,
    run::{of_fault, own_state},
    shared_args::TableFormat,
};
use crate::run::{self, Checkpoint, Folder, Journal, JournalEntry, Lock, StepInDoubt};

/// Tell how far the run of this computer is
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tasq status
  tasq status --output-format json")]
pub(crate) struct StatusArgs {
    /// Where the run is kept
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = TableFormat::Text)]
    pub output_format: TableFormat,
}

/// Tells how far the run of this computer is.
pub(super) fn run(args: &StatusArgs) -> Result<Status, Failure> {
    let system =
        crate::host::this_computer().map_err(|error| Failure::Unusable(error.to_string()))?;
    let folder = own_state(args.state.as_ref(), system.as_ref())?;
    let on = folder.root().is_dir() && Lock::take(folder.root()).map_err(of_fault)?.is_none();
    let stored = Checkpoint::read(&folder).map_err(of_fault)?;
    let Some(stored) = stored else {
        output::stdout(none(&folder, args.output_format)?.as_bytes())?;
        return Ok(Status::Fine);
    };
    let doubt = if on {
        None
    } else {
        run::doubt(&stored, &folder, system.as_ref()).map_err(of_fault)?
    };
    let state = match (on, &stored.restart, &doubt) {
        (true, Some(_), _) => "restarting",
        (true, None, _) => "running",
        (false, Some(_), _) => "waits for a restart",
        (false, None, Some(_)) => "in doubt",
        (false, None, None) => "cut off",
    };
    let text = match args.output_format {
        TableFormat::Text => as_text(&stored, state, doubt.as_ref()),
        TableFormat::Json => as_json(&stored, state, doubt.as_ref()),
    };
    match args.output_format {
        TableFormat::Text => output::print(&text)?,
        TableFormat::Json => output::stdout(text.as_bytes())?,
    }
    Ok(Status::Fine)
}

fn as_text(stored: &Checkpoint, state: &str, doubt: Option<&StepInDoubt>) -> String {
    let header = &stored.header;
    let mut lines = vec![
        format!("{}: {state}", header.title),
        format!("began {}, stored {}", header.id, stored.time),
        format!("next instruction: {}", stored.state.next()),
    ];
    let in_work = stored.in_flight.as_ref();
    lines.extend(in_work.map(|step| format!("in work: {} since {}", step.path, step.since)));
    let facts = doubt.into_iter().flat_map(StepInDoubt::facts);
    lines.extend(facts.map(|fact| format!("  {fact}")));
    lines.push(format!("log: {}", header.log.join("smsts.log").display()));
    lines.join("\n") + "\n"
}

fn as_json(stored: &Checkpoint, state: &str, doubt: Option<&StepInDoubt>) -> String {
    let value = serde_json::json!({
        "state": state,
        "title": stored.header.title,
        "id": stored.header.id,
        "stored": stored.time,
        "instruction": stored.state.next(),
        "in_flight": stored.in_flight,
        "facts": doubt.into_iter().flat_map(StepInDoubt::facts).collect::<Vec<_>>(),
        "log": stored.header.log.join("smsts.log"),
    });
    format!("{value:#}\n")
}

/// That no run is on, and how the last one ended.
fn none(folder: &Folder, format: TableFormat) -> Result<String, Failure> {
    let lines = folder
        .last()
        .map_or_else(|| Ok(Vec::new()), |path| Journal::read(&path))
        .map_err(of_fault)?;
    let title = lines.iter().find_map(|(_, entry)| match entry {
        JournalEntry::Started(title) => Some(title),
        _ => None,
    });
    let end = lines.iter().rev().find_map(|(time, entry)| match entry {
        JournalEntry::Ended(how) => Some((time, how)),
        _ => None,
    });
    let last = title.zip(end);
    Ok(match (format, last) {
        (TableFormat::Text, None) => "No run.\n".to_owned(),
        (TableFormat::Text, Some((title, (time, how)))) => {
            format!(
                "No run.
The last one, {title}: {how}
ended {time}
"
            )
        }
        (TableFormat::Json, last) => {
            let last =
                last.map(|(title, (time, how))| serde_json::json!({ "title": title, "ended": time, "how": how }));
            format!(
                "{:#}\n",
                serde_json::json!({ "state": "none", "last": last })
            )
        }
    })
}
