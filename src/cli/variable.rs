//! `tasq variable`: how a script reads and sets variables of the run that started it.

use clap::{Args, Subcommand};

use super::{Failure, Status, output};
use crate::host::local::{ChannelClient, ChannelReply, RUN, Request};

/// Read and set variables of the run that started a script
#[derive(Args, Debug)]
#[command(after_help = "\
Examples, in a script that a step started:
  tasq variable get _SMSTSPackageName
  tasq variable set Ring pilot
  tasq variable list

Exit code 0: done. 1: there is no such variable. 2: refused, or no run.")]
pub(crate) struct VariableArgs {
    /// What to do.
    #[command(subcommand)]
    pub verb: VariableVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum VariableVerb {
    /// Print the value of a variable
    Get {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Set a variable; an empty value deletes it
    Set {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        /// Its value
        #[arg(value_name = "VALUE")]
        value: Option<String>,
        /// Its value, where it may begin with a hyphen or be empty
        #[arg(long = "value", value_name = "VALUE", conflicts_with = "value")]
        text: Option<String>,
    },
    /// Print all variables; values that are masked are not shown
    List {
        /// The names alone
        #[arg(long)]
        names: bool,
    },
}

/// Asks the run.
pub(super) fn run(args: &VariableArgs) -> Result<Status, Failure> {
    let run = std::env::var(RUN)
        .map_err(|_| Failure::Usage(format!("no run started this: {RUN} is not set")))?;
    let client = ChannelClient::new(&run)
        .ok_or_else(|| Failure::Usage(format!("{RUN} does not name a run")))?;
    let (request, names) = match &args.verb {
        VariableVerb::Get { name } => (Request::Get(name.clone()), false),
        VariableVerb::Set { name, value, text } => {
            let value = text.clone().or_else(|| value.clone()).unwrap_or_default();
            (Request::Set(name.clone(), value), false)
        }
        VariableVerb::List { names } => (Request::List, *names),
    };
    let answer = client
        .ask(request)
        .map_err(|error| Failure::Run(format!("the run cannot be reached: {error}")))?;
    match answer {
        ChannelReply::Value(None) => Ok(Status::Findings),
        ChannelReply::Value(Some(value)) => {
            output::stdout(format!("{value}\n").as_bytes())?;
            Ok(Status::Fine)
        }
        ChannelReply::Done => Ok(Status::Fine),
        ChannelReply::Variables(list) => {
            let text: String = list
                .iter()
                .map(|(name, value)| match (names, value) {
                    (true, _) => format!("{name}\n"),
                    (false, Some(value)) => format!("{name}={value}\n"),
                    (false, None) => format!("{name}=********\n"),
                })
                .collect();
            output::stdout(text.as_bytes())?;
            Ok(Status::Fine)
        }
        ChannelReply::Refused(why) => Err(Failure::Run(why)),
    }
}
