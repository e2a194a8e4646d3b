//! Arguments of all verbs.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use crate::diagnostic::render::Format;

/// Task sequences as text: check them, compile them to the XML that the Configuration Manager
/// console imports.
#[derive(Debug, Parser)]
#[command(
    name = "tasq",
    version,
    propagate_version = true,
    disable_help_subcommand = true
)]
#[command(
    after_help = "Examples:\n  tasq new lab\n  tasq check lab/lab.tasq\n  tasq build lab/lab.tasq -o lab.xml\n  tasq explain TQ0202"
)]
pub struct Args {
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
    /// What to do.
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// In a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Compile task sequences to XML
    #[command(
        after_help = "Examples:\n  tasq build lab.tasq                        the XML on standard output\n  tasq build lab.tasq -o lab.xml --pretty\n  tasq build a.tasq b.tasq -o out            out/a.xml and out/b.xml\n  tasq build lab.tasq --set ring=broad"
    )]
    Build(BuildArgs),
    /// Check task sequences without writing anything
    #[command(
        after_help = "Examples:\n  tasq check lab.tasq\n  tasq check .                               every .tasq file below this folder\n  tasq check . --output-format sarif > tasq.sarif"
    )]
    Check(CheckArgs),
    /// Turn an exported task sequence into a source, and prove it
    #[command(
        after_help = "Examples:\n  tasq decompile export.zip -o sequences/     one source for each sequence in the export\n  tasq decompile object.xml -o lab.tasq --scripts files\n  tasq decompile exports/ -o sequences/      all exports of a folder\n  tasq decompile ts.xml                      the source on standard output\n\nExit code 0: building the source gives the same XML. 1: it does not, or parts are kept as XML."
    )]
    Decompile(DecompileArgs),
    /// Mend what can be mended beyond doubt
    #[command(
        after_help = "Examples:\n  tasq fix lab.tasq\n  tasq fix . --diff                          show what would change, write nothing\n  tasq fix lab.tasq --unsafe                 also what a person should look at\n\nExit code 0: nothing is left. 1: findings are left, which are printed, or --diff shows a change."
    )]
    Fix(FixArgs),
    /// Give up a run of this computer
    #[command(
        after_help = "Example:\n  tasq cancel                                the run ends as soon as it can; what was done stays done"
    )]
    Cancel(CancelArgs),
    /// Format sources in the one style
    #[command(
        after_help = "Examples:\n  tasq fmt lab.tasq\n  tasq fmt . --check                         for a build server: 1 if something is not formatted\n  tasq fmt - < lab.tasq                      standard input to standard output"
    )]
    Fmt(FmtArgs),
    /// Tell what a condition or a value comes to on a machine, and why
    #[command(
        after_help = "Examples:\n  tasq eval 'Ring == \"pilot\"' --set Ring=pilot\n  tasq eval 'wmi \"SELECT * FROM Win32_Battery\"' --machine laptop.toml\n  tasq eval '\"%Ring%-%OSDComputerName%\"' -m laptop.toml --output-format json\n\nExit code 0: it holds, or it is a value. 1: it does not hold. 2: it cannot be understood. 3: what is known of the machine does not tell."
    )]
    Eval(EvalArgs),
    /// Explain a finding's code
    #[command(
        after_help = "Examples:\n  tasq explain TQ0202\n  tasq explain                               all codes"
    )]
    Explain(ExplainArgs),
    /// Answer the service manager of Windows, which goes on with a run after a restart
    #[cfg(windows)]
    #[command(hide = true)]
    Service(ServiceArgs),
    /// Write the machine file of this computer
    #[command(
        after_help = "Examples:\n  tasq facts                                 on standard output\n  tasq facts -o build-server.toml"
    )]
    Facts(FactsArgs),
    /// Serve an editor (language server protocol on standard input and output)
    #[command(
        after_help = "Example:\n  tasq lsp                                   started by an editor; see docs/how-to/editors.md"
    )]
    Lsp(LspArgs),
    /// Make a new project folder
    #[command(
        after_help = "Example:\n  tasq new lab                               lab/lab.tasq and what belongs to it"
    )]
    New(NewArgs),
    /// Try steps and conditions at a prompt; step through a sequence
    #[command(
        after_help = "Examples:\n  tasq repl                                  on a machine of which nothing is known\n  tasq repl lab.tasq --machine laptop.toml   load a sequence; :next, :run and :break step through it\n  tasq repl export.zip -m laptop.toml\n  tasq repl < commands.txt                   plain answers; --echo shows the entries, too\n  tasq repl lab.tasq --site site.toml        `:host local` then carries steps out on this computer\n\nExit code, when the entries do not come from a terminal: 0 all were answered, 1 one was refused or a step failed."
    )]
    Repl(ReplArgs),
    /// Go on with a run that was cut off or waits for a restart
    #[command(
        after_help = "Examples:\n  tasq resume\n  tasq resume --on-interrupted retry         the step that was cut off runs again\n\nExit codes: those of `tasq run`."
    )]
    Resume(ResumeArgs),
    /// Run a sequence on this computer
    #[command(
        after_help = "Examples:\n  tasq run lab.tasq --what-if                says what it would do here, and does nothing\n  tasq run lab.tasq --site site.toml\n  tasq run export.zip --site site.toml --set Ring=pilot --yes\n  tasq run lab.tasq --from \"Install Office\" --step\n\nExit code 0: success. 1: failed, or stopped. 2: not started. 3010 on Windows, 3 elsewhere: the computer restarts or must\nbe restarted, and the run goes on after it."
    )]
    Run(RunArgs),
    /// Tell what a sequence would do on a machine, without doing it
    #[command(
        after_help = "Examples:\n  tasq simulate lab.tasq --machine laptop.toml\n  tasq simulate export.zip --machine laptop.toml --set Ring=pilot --verbose\n  tasq simulate lab.tasq -m laptop.toml --output-format html -o lab.html\n  tasq simulate lab.tasq -m laptop.toml -m server.toml     a table with a line for each machine\n\nExit code 0: the run ends well. 1: it fails, or the source or machine file has errors."
    )]
    Simulate(SimulateArgs),
    /// Run the tests of sequences on simulated machines
    #[command(
        after_help = "Examples:\n  tasq test                                  every test below this folder\n  tasq test lab.test.tasq:12                 the test that stands on this line\n  tasq test . --filter 'laptop*' --verbose\n  tasq test . --coverage --fail-under 90 --junit results.xml\n\nExit code 0: all tests passed. 1: some failed, or a file has errors, or too little is covered. 2: there was no test."
    )]
    Test(TestArgs),
    /// Tell how far the run of this computer is
    #[command(after_help = "Examples:\n  tasq status\n  tasq status --output-format json")]
    Status(StatusArgs),
    /// Read and set variables of the run that started a script
    #[command(
        after_help = "Examples, in a script that a step started:\n  tasq variable get _SMSTSPackageName\n  tasq variable set Ring pilot\n  tasq variable list\n\nExit code 0: done. 1: there is no such variable. 2: refused, or no run."
    )]
    Variable(VariableArgs),
    /// Show step types, properties, conditions and variables
    #[command(
        after_help = "Examples:\n  tasq vocabulary                            all step types\n  tasq vocabulary restart_computer           its properties\n  tasq vocabulary conditions\n  tasq vocabulary variables --output-format json"
    )]
    Vocabulary(VocabularyArgs),
    /// Write a shell's completion script
    #[command(after_help = "Example:\n  tasq completions powershell >> $PROFILE")]
    Completions(CompletionsArgs),
}

#[derive(ClapArgs, Debug)]
pub(crate) struct FixArgs {
    /// Sources; a folder stands for every .tasq file below it, `-` is standard input to standard
    /// output
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Carry out also those fixes that a person should look at
    #[arg(long = "unsafe")]
    pub unsafe_too: bool,
    /// Show what would change and write nothing
    #[arg(long)]
    pub diff: bool,
    #[command(flatten)]
    pub given: GivenArgs,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct LspArgs {
    /// Standard input and output are used in any case; editors often say so
    #[arg(long)]
    pub stdio: bool,
}

/// Values for parameters.
#[derive(ClapArgs, Debug)]
pub(crate) struct GivenArgs {
    /// A value for a `param`; a list is separated by commas
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// A TOML file of values for `param`s; --set wins over it
    #[arg(long, value_name = "FILE")]
    pub var_file: Vec<PathBuf>,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct BuildArgs {
    /// Sources; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// File to write, `-` for standard output; a folder for several sources
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// Indent the XML
    #[arg(long)]
    pub pretty: bool,
    #[command(flatten)]
    pub given: GivenArgs,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct DecompileArgs {
    /// Exports: the console's zip or object.xml, a bare sequence, MDT's ts.xml; a folder stands for
    /// those below it, `-` is standard input
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// File to write, `-` for standard output; a folder, which several sequences need
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// Leave the proof out
    #[arg(long)]
    pub no_verify: bool,
    /// Where inline scripts go: into the source, or into files beside it
    #[arg(long, value_enum, default_value_t = ScriptPlace::Inline)]
    pub scripts: ScriptPlace,
    /// How to print the account: text to standard error, json (with the source) to standard output
    #[arg(long, value_enum, default_value_t = LedgerFormat::Text)]
    pub output_format: LedgerFormat,
    /// Write even what would not come back, and over files that are there
    #[arg(long)]
    pub force: bool,
}

/// Where inline scripts go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScriptPlace {
    /// Into the source.
    Inline,
    /// Into files beside it.
    Files,
}

/// How the account of a decompilation is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LedgerFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct SimulateArgs {
    /// A source or an export; `-` is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The machine's file; without one nothing is known of the machine; several give a table with a
    /// line each
    #[arg(short, long, value_name = "MACHINE")]
    pub machine: Vec<PathBuf>,
    /// The value of a task sequence variable at the start, as a collection or a device would set it
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// Which sequence of an export with several is meant, by name or identifier
    #[arg(long, value_name = "NAME")]
    pub sequence: Option<String>,
    /// A sequence that a step runs, by its identifier
    #[arg(long, value_name = "ID=FILE")]
    pub child: Vec<String>,
    /// A value for a `param` of a source; a list is separated by commas
    #[arg(long, value_name = "NAME=VALUE")]
    pub param: Vec<String>,
    /// A TOML file of values for `param`s; --param wins over it
    #[arg(long, value_name = "FILE")]
    pub var_file: Vec<PathBuf>,
    /// Take a condition that nobody could decide as true, not as false
    #[arg(long)]
    pub undecided_as_true: bool,
    #[command(flatten)]
    pub trace: TraceArgs,
}

/// How a run is told.
#[derive(ClapArgs, Debug)]
pub(crate) struct TraceArgs {
    /// Show variables, resolved names, and conditions that hold
    #[arg(short, long)]
    pub verbose: bool,
    /// How to print the run
    #[arg(long, value_enum, default_value_t = TraceFormat::Text)]
    pub output_format: TraceFormat,
    /// File to write, `-` for standard output
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct ReplArgs {
    /// A source or an export to begin with
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// The machine's file; without one nothing is known of the machine
    #[arg(short, long, value_name = "MACHINE")]
    pub machine: Option<PathBuf>,
    /// The value of a task sequence variable at the start, as a collection or a device would set it
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// A value for a `param` of FILE
    #[arg(long, value_name = "NAME=VALUE")]
    pub param: Vec<String>,
    /// Which sequence of an export with several is meant, by name or identifier
    #[arg(long, value_name = "NAME")]
    pub sequence: Option<String>,
    /// Show each entry before its answer when entries do not come from a terminal
    #[arg(long)]
    pub echo: bool,
    /// The site file for `:host local`: packages, applications, sequences, where content is
    #[arg(long, value_name = "SITE")]
    pub site: Option<PathBuf>,
    /// Answer yes to the question of `:host local`; a restart is asked for all the same
    #[arg(short, long)]
    pub yes: bool,
    /// Where `:host local` keeps its lock, its log and downloaded content, as `tasq run` does
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// A TOML file with the values of secrets for `:host local`; else TASQ_SECRET_NAME, else a
    /// question
    #[arg(long, value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct EvalArgs {
    /// A condition, a value, or a name
    #[arg(value_name = "EXPRESSION", allow_hyphen_values = true)]
    pub expression: String,
    /// The machine's file; without one nothing is known of the machine
    #[arg(short, long, value_name = "MACHINE")]
    pub machine: Option<PathBuf>,
    /// The value of a task sequence variable
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// How to print the answer
    #[arg(long, value_enum, default_value_t = TableFormat::Text)]
    pub output_format: TableFormat,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct RunArgs {
    /// A source or an export
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The site file: packages, applications, sequences, where content is
    #[arg(long, value_name = "SITE")]
    pub site: Option<PathBuf>,
    /// The value of a task sequence variable at the start, as a collection or a device would set it
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// Which sequence of an export with several is meant, by name or identifier
    #[arg(long, value_name = "NAME")]
    pub sequence: Option<String>,
    /// A sequence that a step runs, by its identifier; those of the site file are known
    #[arg(long, value_name = "ID=FILE")]
    pub child: Vec<String>,
    /// Run without a question
    #[arg(short, long)]
    pub yes: bool,
    /// Say what would be done here, and do nothing
    #[arg(long)]
    pub what_if: bool,
    /// Begin at this step or group, by its name or path
    #[arg(long, value_name = "STEP")]
    pub from: Option<String>,
    /// End behind this step or group
    #[arg(long, value_name = "STEP")]
    pub until: Option<String>,
    /// Pause before each step
    #[arg(long)]
    pub step: bool,
    /// What the start-up entry does with a step that was cut off
    #[arg(long, value_enum, value_name = "WHAT")]
    pub on_interrupted: Option<Interrupted>,
    /// Make no start-up entry: after a restart somebody runs `tasq resume`
    #[arg(long)]
    pub no_resume_entry: bool,
    /// Restart nothing: end with the code of a pending restart instead
    #[arg(long)]
    pub no_restart: bool,
    /// Pass over steps that Tasq cannot carry out
    #[arg(long)]
    pub skip_unknown: bool,
    /// The folder of smsts.log
    #[arg(long, value_name = "DIR")]
    pub log: Option<PathBuf>,
    /// The form of the log
    #[arg(long, value_enum, default_value_t = LogFormat::Cmtrace)]
    pub log_format: LogFormat,
    /// Where the run is kept; another folder than usual also has another lock
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// A TOML file with the values of secrets, which its owner alone can read; else
    /// TASQ_SECRET_NAME, else a question
    #[arg(long, value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
    /// Print only the beginning, what fails, and the end
    #[arg(short, long)]
    pub quiet: bool,
    /// How to print the run: json is the whole of it at the end
    #[arg(long, value_enum, default_value_t = TraceFormat::Text)]
    pub output_format: TraceFormat,
}

/// The form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For CMTrace, OneTrace and the like.
    Cmtrace,
    /// One object a line.
    Json,
}

impl LogFormat {
    pub(crate) fn is_json(self) -> bool {
        self == LogFormat::Json
    }
}

/// What is done with a step that was cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Interrupted {
    /// It runs again.
    Retry,
    /// The run goes on behind it.
    Skip,
    /// It has failed.
    Fail,
}

impl Interrupted {
    pub(crate) fn choice(self) -> crate::run::OnInterrupted {
        match self {
            Interrupted::Retry => crate::run::OnInterrupted::Retry,
            Interrupted::Skip => crate::run::OnInterrupted::Skip,
            Interrupted::Fail => crate::run::OnInterrupted::Fail,
        }
    }
}

#[derive(ClapArgs, Debug)]
pub(crate) struct ResumeArgs {
    /// What is done with a step that was cut off; without it somebody is asked, and where nobody
    /// is, it has failed
    #[arg(long, value_enum, value_name = "WHAT")]
    pub on_interrupted: Option<Interrupted>,
    /// Go on without a question
    #[arg(short, long)]
    pub yes: bool,
    /// Pause before each step
    #[arg(long)]
    pub step: bool,
    /// Restart nothing: end with the code of a pending restart instead
    #[arg(long)]
    pub no_restart: bool,
    /// Where the run is kept
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// A TOML file with the values of secrets; without it that of the run's beginning
    #[arg(long, value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
    /// Print only the beginning, what fails, and the end
    #[arg(short, long)]
    pub quiet: bool,
    /// How to print the run: json is the whole of it at the end
    #[arg(long, value_enum, default_value_t = TraceFormat::Text)]
    pub output_format: TraceFormat,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct StatusArgs {
    /// Where the run is kept
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = TableFormat::Text)]
    pub output_format: TableFormat,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct CancelArgs {
    /// Where the run is kept
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// Without a question
    #[arg(short, long)]
    pub yes: bool,
}

#[derive(ClapArgs, Debug)]
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

/// How a run is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TraceFormat {
    /// A tree for people.
    Text,
    /// For programs.
    Json,
    /// One page for a browser.
    Html,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct TestArgs {
    /// Sources with tests, folders, or FILE:LINE for the test on a line
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<String>,
    /// Only tests whose name holds this text; `*` and `?` make it a pattern of whole names
    #[arg(long, value_name = "PATTERN")]
    pub filter: Option<String>,
    /// Tell which steps ran, and which conditions held and did not
    #[arg(long)]
    pub coverage: bool,
    /// Write each tested source with marks of what ran into this folder, `-` for standard output
    #[arg(long, value_name = "DIR")]
    pub coverage_source: Option<PathBuf>,
    /// Fail when less than so many percent of steps and condition sides are covered
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub fail_under: Option<u8>,
    /// Write the results as JUnit's XML, `-` for standard output
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// How to print the results
    #[arg(long, value_enum, default_value_t = TableFormat::Text)]
    pub output_format: TableFormat,
    /// Show the whole run of a test that failed, with variables, and every place that is not
    /// covered
    #[arg(short, long)]
    pub verbose: bool,
    #[command(flatten)]
    pub given: GivenArgs,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct CheckArgs {
    /// Sources or exports, or folders with sources; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// How to print findings: text, plain and short to standard error, json and sarif to standard
    /// output
    #[arg(long, value_enum, default_value_t = OutputFormat::Text)]
    pub output_format: OutputFormat,
    /// Let warnings fail too
    #[arg(long)]
    pub warnings_as_errors: bool,
    #[command(flatten)]
    pub given: GivenArgs,
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// With the source, for a terminal
    Text,
    /// Sentences without drawing, for screen readers and logs
    Plain,
    /// One line each
    Short,
    /// JSON
    Json,
    /// SARIF 2.1.0
    Sarif,
}

impl OutputFormat {
    pub(crate) fn format(self) -> Format {
        match self {
            OutputFormat::Text => Format::Text,
            OutputFormat::Plain => Format::Plain,
            OutputFormat::Short => Format::Short,
            OutputFormat::Json => Format::Json,
            OutputFormat::Sarif => Format::Sarif,
        }
    }
}

#[derive(ClapArgs, Debug)]
pub(crate) struct FmtArgs {
    /// Sources, or folders with sources; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Write nothing; name the files that are not formatted and exit with 1 if there are any
    #[arg(long)]
    pub check: bool,
    /// Write nothing; show what would change and exit with 1 if something would
    #[arg(long)]
    pub diff: bool,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct ExplainArgs {
    /// A code such as TQ0202; without one, all codes
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
}

/// What the service starts this program with.
#[cfg(windows)]
#[derive(ClapArgs, Debug)]
pub(crate) struct ServiceArgs {
    /// The verb and its arguments
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "ARGUMENT"
    )]
    pub arguments: Vec<std::ffi::OsString>,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct FactsArgs {
    /// File to write, `-` for standard output
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct NewArgs {
    /// The folder to make; it must not exist, or be empty
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct VocabularyArgs {
    /// A step type, or one of: conditions, variables, platforms, header, common
    #[arg(value_name = "STEP")]
    pub topic: Option<String>,
    /// How to print the tables
    #[arg(long, value_enum, default_value_t = TableFormat::Text)]
    pub output_format: TableFormat,
}

/// How tables are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableFormat {
    /// For people
    Text,
    /// JSON
    Json,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}
