//! Values from the command line: of parameters when a source is compiled (`--param`,
//! `--param-file`), of task sequence variables when a run begins (`--set`). The wrong one of the
//! two is answered with the right one.

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;

use super::{
    Failure,
    inputs::{self, SourceInput},
    output,
};
use crate::{
    compile,
    elaborate::{GivenValue, ParameterValues},
    engine::InitialVariable as Variable,
    read::is_export_file,
    source::FileId,
    syntax,
    vocabulary::names_secret,
};

/// Values for parameters.
#[derive(Args, Debug)]
pub(crate) struct ParameterArgs {
    /// A value for a `param` of the source; a list is separated by commas
    #[arg(long, value_name = "NAME=VALUE")]
    pub param: Vec<String>,
    /// A TOML or JSON file of values for `param`s; --param wins over it
    #[arg(long, value_name = "FILE")]
    pub param_file: Vec<PathBuf>,
}

impl ParameterArgs {
    /// The values; a later one of the same name wins.
    ///
    /// # Errors
    /// One cannot be understood, or a file not be read.
    pub(super) fn given(&self) -> Result<ParameterValues, Failure> {
        let mut given = ParameterValues::default();
        for path in &self.param_file {
            given.values.extend(file(path)?);
        }
        for one in &self.param {
            let (name, value) = split("--param", one)?;
            given.values.push((name, GivenValue::Text(value)));
        }
        Ok(given)
    }
}

/// Values for parameters, for a verb that runs nothing.
#[derive(Args, Debug)]
pub(crate) struct CompileArgs {
    #[command(flatten)]
    parameters: ParameterArgs,
    /// Another verb's; here it means --param
    #[arg(long = "set", value_name = "NAME=VALUE", hide = true)]
    set: Vec<String>,
}

impl CompileArgs {
    /// As [`ParameterArgs::given`].
    ///
    /// # Errors
    /// As there, or a variable is set.
    pub(super) fn given(&self) -> Result<ParameterValues, Failure> {
        match self.set.first() {
            Some(one) => Err(Failure::Usage(format!(
                "--set {}: nothing runs here, so no variable can be set; use --param {} for a `param` of the source",
                told(one),
                told(pair(one))
            ))),
            None => self.parameters.given(),
        }
    }
}

/// Variables at the start of a run.
#[derive(Args, Debug)]
pub(crate) struct StartArgs {
    /// The value of a task sequence variable at the start, as a collection or a device would set it
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub set: Vec<String>,
}

impl StartArgs {
    /// The variables.
    ///
    /// # Errors
    /// One cannot be understood.
    pub(super) fn variables(&self) -> Result<Vec<Variable>, Failure> {
        let variable = |one: &String| {
            let (name, value) = split("--set", one)?;
            Ok(Variable {
                name,
                value,
                masked: false,
            })
        };
        self.set.iter().map(variable).collect()
    }

    /// Warns of variables that go by the name of a parameter of a source: most likely that one was
    /// meant. It is said before the source is compiled: without a value it has errors.
    pub(super) fn warn_of_parameters(&self, source: &str, text: &Arc<str>) {
        if self.set.is_empty() {
            return;
        }
        let parameters = syntax::parse(Arc::clone(text), FileId(0)).tree.parameters();
        for one in &self.set {
            let name = one.split('=').next().unwrap_or_default().trim();
            let same = |parameter: &&String| parameter.eq_ignore_ascii_case(name);
            if let Some(parameter) = parameters.iter().find(same) {
                output::remark(&format!(
                    "tasq: warning: --set {name}=… sets a task sequence variable; `{parameter}` is a `param` of {source}, which --param {parameter}=… gives\n"
                ));
            }
        }
    }

    /// The same of a file that was read, unless it is an export.
    pub(super) fn warn_of_file(&self, input: &SourceInput) {
        if !self.set.is_empty() && !is_export_file(&input.name, &input.bytes) {
            let (text, _) = compile::read(input.bytes.clone(), FileId(0));
            self.warn_of_parameters(&input.name, &text);
        }
    }
}

/// A pair as it may be shown: without the value where the name is that of a secret.
fn told(one: &str) -> Cow<'_, str> {
    match one.split_once('=') {
        Some((name, _)) if names_secret(name) => Cow::Owned(format!("{name}=…")),
        _ => Cow::Borrowed(one),
    }
}

/// An argument as it can be given to another option: itself, if it has the form of a pair.
pub(super) fn pair(one: &str) -> &str {
    match split("", one) {
        Ok(_) => one,
        Err(_) => "NAME=VALUE",
    }
}

/// Name and value of `NAME=VALUE`.
fn split(option: &str, one: &str) -> Result<(String, String), Failure> {
    one.split_once('=')
        .map(|(name, value)| (name.trim().to_owned(), value.to_owned()))
        .filter(|(name, _)| !name.is_empty())
        .ok_or_else(|| Failure::Usage(format!("{option} {one}: write {option} NAME=VALUE")))
}

/// The values in a file.
fn file(path: &Path) -> Result<Vec<(String, GivenValue)>, Failure> {
    let shown = path.display();
    let text = inputs::read_text(path)?;
    let is_json = path
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    let table: toml::Table = if is_json {
        serde_json::from_str(&text)
            .map_err(|error| Failure::Unusable(format!("{shown} is not JSON: {error}")))?
    } else {
        toml::from_str(&text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.map_or(1, |before| before.matches('\n').count() + 1);
            let message = error.message();
            Failure::Unusable(format!("{shown}, line {line}: this is not TOML: {message}"))
        })?
    };
    let values = table.into_iter().map(|(name, value)| match of_toml(value) {
        Some(value) => Ok((name, value)),
        None => Err(Failure::Usage(format!(
            "{shown}: the value of `{name}` must be a string, an integer, true, false, or a list of strings"
        ))),
    });
    values.collect()
}

fn of_toml(value: toml::Value) -> Option<GivenValue> {
    Some(match value {
        toml::Value::String(text) => GivenValue::Text(text),
        toml::Value::Integer(number) => GivenValue::Integer(number),
        toml::Value::Boolean(value) => GivenValue::Boolean(value),
        toml::Value::Array(items) => {
            let texts = items
                .into_iter()
                .map(|item| item.as_str().map(str::to_owned));
            GivenValue::List(texts.collect::<Option<Vec<_>>>()?)
        }
        _ => return None,
    })
}
