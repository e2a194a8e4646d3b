//! Entries of a site file, as Markdown.

use std::fmt::Write as _;

use super::{SiteFile, SiteName};
use crate::site::{
    Content, DeploymentType, DetectionOperator, DetectionSubject, DetectionTest, EntryKind,
    EntryPlace, SiteApplication, SitePackage, SiteProgram, SiteSequence,
};

/// Most programs or deployment types that are listed.
const MAX_LISTED: usize = 12;

/// An entry, or a program of a package.
pub(super) fn name(file: &SiteFile, name: SiteName<'_>) -> String {
    match name {
        SiteName::Entry(one) => entry(file, one),
        SiteName::Program(one, index) => {
            let package = file.site.packages.get(one.index);
            let found = package.and_then(|package| package.programs.get(index));
            let mut text = String::new();
            if let (Some(package), Some(own)) = (package, found) {
                let of = package.name.as_deref().unwrap_or(&package.id);
                let _ = writeln!(text, "Program **{}** of {of}\n", own.name);
                lines(&mut text, &program(own));
            }
            text
        }
    }
}

fn entry(file: &SiteFile, one: &EntryPlace) -> String {
    let (id, name) = file.named(one);
    let noun = one.kind.noun();
    let mut text = match (
        name.filter(|name| !name.is_empty()),
        id.filter(|id| !id.is_empty()),
    ) {
        (Some(name), Some(id)) => format!("**{name}**: {noun} `{id}`\n\n"),
        (Some(only), None) | (None, Some(only)) => format!("**{only}**: {noun}\n\n"),
        (None, None) => format!("{noun}\n\n"),
    };
    let facts = match one.kind {
        EntryKind::Package => file.site.packages.get(one.index).map(package),
        EntryKind::Application => file.site.applications.get(one.index).map(application),
        EntryKind::Sequence => file.site.sequences.get(one.index).map(sequence),
    };
    lines(&mut text, &facts.unwrap_or_default());
    let _ = writeln!(text, "\n`{}`, line {}", file.path, file.line(one.span()));
    text
}

fn lines(text: &mut String, facts: &[String]) {
    for fact in facts {
        let _ = writeln!(text, "- {fact}");
    }
}

fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "'").replace(['\n', '\r'], " "))
}

fn codes(list: &[u32]) -> String {
    list.iter()
        .map(u32::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

fn also(list: &[String]) -> Option<String> {
    (!list.is_empty()).then(|| {
        format!(
            "Elsewhere: {}",
            list.iter()
                .map(|id| code(id))
                .collect::<Vec<_>>()
                .join(", ")
        )
    })
}

fn content(content: &Content) -> Vec<String> {
    let files = content.files.len();
    let source = content
        .source
        .as_deref()
        .map(|source| format!("Source: {}", code(source)));
    let listed =
        (files > 0).then(|| format!("{files} file{} listed", if files == 1 { "" } else { "s" }));
    source.into_iter().chain(listed).collect()
}

fn seconds(amount: u64) -> String {
    match amount {
        whole if whole > 0 && whole % 60 == 0 => format!("{}min", whole / 60),
        other => format!("{other}s"),
    }
}

fn package(own: &SitePackage) -> Vec<String> {
    let mut facts = content(&own.content);
    facts.extend(also(&own.also));
    for one in own.programs.iter().take(MAX_LISTED) {
        facts.push(format!(
            "Program **{}**: {}",
            one.name,
            code(&one.command_line)
        ));
    }
    if own.programs.len() > MAX_LISTED {
        facts.push(format!("{} more programs", own.programs.len() - MAX_LISTED));
    }
    facts
}

fn program(own: &SiteProgram) -> Vec<String> {
    let mut facts = vec![format!("Command line: {}", code(&own.command_line))];
    facts.extend(
        own.working_directory
            .as_ref()
            .map(|folder| format!("Starts in: {}", code(folder))),
    );
    facts.push(format!(
        "Success: {}; restart: {}",
        codes(&own.success_codes),
        codes(&own.restart_codes)
    ));
    facts.extend(
        own.timeout
            .map(|timeout| format!("Timeout: {}", seconds(timeout))),
    );
    facts
}

fn sequence(own: &SiteSequence) -> Vec<String> {
    let mut facts = vec![format!("File: {}", code(&own.file))];
    facts.extend(also(&own.also));
    facts
}

fn application(own: &SiteApplication) -> Vec<String> {
    let mut facts = Vec::new();
    if own.retired {
        facts.push("Retired: it cannot be installed any more".to_owned());
    }
    facts.extend(version(own).map(|version| format!("Version: {version}")));
    facts.extend(also(&own.also));
    for one in &own.supersedes {
        let how = if one.uninstall {
            ", which is uninstalled"
        } else {
            ""
        };
        facts.push(format!("Supersedes {}{how}", code(&one.application)));
    }
    for one in own.deployment_types.iter().take(MAX_LISTED) {
        facts.extend(deployment_type(one));
    }
    facts
}

/// The version that the detection asks for, where it asks for one.
fn version(own: &SiteApplication) -> Option<String> {
    let tests = own.deployment_types.iter().flat_map(|one| &one.detection);
    tests
        .filter(|test| {
            matches!(
                test.subject,
                DetectionSubject::Product(_) | DetectionSubject::File(_)
            )
        })
        .find_map(|test| {
            let (operator, version) = test.compared.as_ref()?;
            match operator {
                DetectionOperator::Equals => Some(version.clone()),
                DetectionOperator::AtLeast => Some(format!("{version} or newer")),
                DetectionOperator::AtMost => Some(format!("{version} or older")),
                DetectionOperator::NotEquals => None,
            }
        })
}

fn deployment_type(own: &DeploymentType) -> Vec<String> {
    let name = if own.name.is_empty() {
        "Deployment type".to_owned()
    } else {
        format!("**{}**", own.name)
    };
    let mut facts = vec![format!("{name}: {}", code(&own.install))];
    facts.extend(content(&own.content));
    if !own.detection.is_empty() {
        facts.push(format!(
            "Found by {}",
            own.detection
                .iter()
                .map(test)
                .collect::<Vec<_>>()
                .join(", ")
        ));
    }
    if !own.requirements.is_empty() {
        facts.push(format!(
            "Needs {}",
            own.requirements
                .iter()
                .map(test)
                .collect::<Vec<_>>()
                .join(", ")
        ));
    }
    if !own.depends_on.is_empty() {
        facts.push(format!(
            "After {}",
            own.depends_on
                .iter()
                .map(|name| code(name))
                .collect::<Vec<_>>()
                .join(", ")
        ));
    }
    facts
}

fn test(test: &DetectionTest) -> String {
    let subject = match &test.subject {
        DetectionSubject::Product(product) => format!("product {}", code(product)),
        DetectionSubject::File(path) => format!("file {}", code(path)),
        DetectionSubject::Folder(path) => format!("folder {}", code(path)),
        DetectionSubject::Registry(key, None) => format!("registry {}", code(key)),
        DetectionSubject::Registry(key, Some(value)) => {
            format!("registry {} {}", code(key), code(value))
        }
        DetectionSubject::Script(..) => "a script".to_owned(),
        DetectionSubject::Fact(name) => format!("fact {}", code(name)),
        DetectionSubject::Variable(name) => format!("variable {}", code(name)),
    };
    match &test.compared {
        Some((operator, value)) => {
            let word = match operator {
                DetectionOperator::Equals => "=",
                DetectionOperator::NotEquals => "≠",
                DetectionOperator::AtLeast => "≥",
                DetectionOperator::AtMost => "≤",
            };
            format!("{subject} {word} {}", code(value))
        }
        None => subject,
    }
}
