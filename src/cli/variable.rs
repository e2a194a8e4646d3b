//! `tasq variable`: how a script reads and sets variables of the run that started it.

use super::{
    Failure, Status,
    args::{VariableArgs, VariableVerb},
    output,
};
use crate::host::local::{Answer, Client, RUN, Request};

/// Asks the run.
pub(super) fn run(args: &VariableArgs) -> Result<Status, Failure> {
    let run = std::env::var(RUN)
        .map_err(|_| Failure::Usage(format!("no run started this: {RUN} is not set")))?;
    let client =
        Client::new(&run).ok_or_else(|| Failure::Usage(format!("{RUN} does not name a run")))?;
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
        Answer::Value(None) => Ok(Status::Findings),
        Answer::Value(Some(value)) => {
            output::stdout(format!("{value}\n").as_bytes())?;
            Ok(Status::Fine)
        }
        Answer::Done => Ok(Status::Fine),
        Answer::Variables(list) => {
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
        Answer::Refused(why) => Err(Failure::Run(why)),
    }
}
