//! The operating system that a machine file describes.

use toml::de::DeValue;

use super::{
    super::{
        ProductType, System,
        reader::{TomlReader, TomlTable, integer},
        systems::{self, Windows},
        values,
    },
    architecture, date,
};
use crate::source::Span;

/// The operating system: a text such as `Windows 11 Enterprise 23H2`, or a table.
pub(super) fn system(
    reader: &mut TomlReader,
    root: TomlTable<'_>,
    section: &'static str,
) -> Option<System> {
    let item = reader.item(root, section)?;
    let span = reader.span(item.span());
    let (mut system, table) = match item.get_ref() {
        DeValue::String(name) => {
            let system = System {
                name: Some(name.to_string()),
                ..System::default()
            };
            (system, None)
        }
        _ => {
            let table = reader.section(root, section)?;
            (written(reader, table), Some(table))
        }
    };
    SystemCheck {
        reader,
        table,
        span,
    }
    .complete(&mut system);
    Some(system)
}

/// What a table says of its system, and no more.
fn written(reader: &mut TomlReader, table: TomlTable<'_>) -> System {
    let version = "a version such as \"10.0.22631\"";
    let letter = "a letter such as \"C:\"";
    System {
        name: reader.text(table, "name"),
        edition: reader.text(table, "edition"),
        release: reader.text(table, "release"),
        version: reader.formed(table, "version", version, values::version),
        build: reader
            .number(table, "build", 1, 999_999)
            .and_then(|build| u32::try_from(build).ok()),
        product_type: product_type(reader, table),
        architecture: architecture(reader, table),
        language: language(reader, table, "language"),
        locale: language(reader, table, "locale"),
        sku: reader.number(table, "sku", 0, 65_535),
        service_pack: reader.number(table, "service_pack", 0, 9),
        installed: date(reader, table, "installed"),
        system_drive: reader.formed(table, "system_drive", letter, values::letter),
        windows: false,
    }
}

fn product_type(reader: &mut TomlReader, table: TomlTable<'_>) -> Option<ProductType> {
    const TYPES: [ProductType; 3] = [
        ProductType::Workstation,
        ProductType::DomainController,
        ProductType::Server,
    ];
    let words = ["workstation", "domain_controller", "server"];
    reader
        .word(table, "product_type", &words)
        .map(|index| TYPES[index])
}

/// What follows from what is written of a system, and what contradicts it.
struct SystemCheck<'r, 't> {
    reader: &'r mut TomlReader,
    /// The table, where the system is not a text.
    table: Option<TomlTable<'t>>,
    /// Where the whole system stands.
    span: Span,
}

impl SystemCheck<'_, '_> {
    fn place(&self, key: &str) -> Span {
        self.table
            .map_or(self.span, |table| self.reader.place(table, key))
    }

    fn conflict(&mut self, key: &str, message: String) {
        let place = self.place(key);
        self.reader.conflict(place, message, None);
    }

    fn complete(mut self, system: &mut System) {
        let name = system.name.clone().unwrap_or_default();
        if let Some((windows, rest)) = systems::windows(&name) {
            system.windows = true;
            system.name = Some(windows.name.to_owned());
            split_rest(windows, rest, system);
            self.build(windows, system);
            self.version(windows, system);
            self.product_type(windows, system);
        } else if name.to_lowercase().contains("windows") {
            system.windows = true;
        }
        self.build_of_version(system);
        if let Some(edition) = &system.edition {
            system.sku = system.sku.or_else(|| systems::sku(edition));
        }
        let version = system.version.as_deref();
        // Since Windows 8 there are none.
        if system.windows && version.is_some_and(|version| values::numbers(version) >= vec![6, 2]) {
            system.service_pack.get_or_insert(0);
        }
    }

    /// The build of a release, which must be known.
    fn build(&mut self, windows: &Windows, system: &mut System) {
        let wanted = system.release.clone().unwrap_or_default();
        let release = release_of(windows, &wanted);
        if release.is_none()
            && !wanted.is_empty()
            && system.build.is_none()
            && system.version.is_none()
        {
            let releases = windows.releases.iter().map(|(release, _)| *release);
            let names: Vec<&str> = releases.collect();
            let place = self.place("release");
            let message = format!("the releases of {} are {}", windows.name, names.join(", "));
            self.reader.bad(place, message);
        }
        match (release, system.build) {
            (Some((_, build)), None) if system.version.is_none() => system.build = Some(*build),
            (Some((release, known)), Some(build)) if *known != build => {
                let known = format!("{} {release}", windows.name).trim_end().to_owned()
                    + &format!(" is build {known}");
                self.conflict("build", known);
            }
            _ => {}
        }
    }

    fn version(&mut self, windows: &Windows, system: &mut System) {
        if let (None, Some(build)) = (&system.version, system.build) {
            system.version = Some(format!("{}.{build}", windows.version));
        }
        if let Some(version) = &system.version
            && !version.starts_with(&format!("{}.", windows.version))
        {
            let (name, version) = (windows.name, windows.version);
            self.conflict(
                "version",
                format!("the version of {name} begins with {version}"),
            );
        }
    }

    fn product_type(&mut self, windows: &Windows, system: &mut System) {
        if let Some(own) = system.product_type
            && (own == ProductType::Workstation) == windows.server
        {
            let message = format!("{} is not of this type", windows.name);
            self.conflict("product_type", message);
        }
        system.product_type.get_or_insert(if windows.server {
            ProductType::Server
        } else {
            ProductType::Workstation
        });
    }

    /// The third number of the version is the build.
    fn build_of_version(&mut self, system: &mut System) {
        let version = system.version.as_deref();
        let third = version.and_then(|version| version.split('.').nth(2)?.parse::<u32>().ok());
        match (third, system.build) {
            (Some(third), Some(build)) if third != build => {
                self.conflict("build", format!("the version says build {third}"));
            }
            (Some(third), None) if system.windows => system.build = Some(third),
            _ => {}
        }
    }
}

/// Takes the release and the edition from what stands behind a name.
fn split_rest(windows: &Windows, rest: &str, system: &mut System) {
    let mut words: Vec<&str> = rest.split_whitespace().collect();
    let is_release = |word: &&str| release_of(windows, word).is_some();
    if let Some(at) = words.iter().position(is_release) {
        let release = words.remove(at).to_uppercase();
        system.release.get_or_insert(release);
    }
    if !words.is_empty() {
        system.edition.get_or_insert(words.join(" "));
    }
}

/// A release with its build.
fn release_of<'w>(windows: &'w Windows, name: &str) -> Option<&'w (&'static str, u32)> {
    let mut releases = windows.releases.iter();
    releases.find(|(release, _)| release.eq_ignore_ascii_case(name))
}

fn language(reader: &mut TomlReader, table: TomlTable<'_>, key: &str) -> Option<u32> {
    reader.read(
        table,
        key,
        "a language such as \"en-US\", or its number such as 1033",
        |value| match value.as_str() {
            Some(text) => systems::language(text),
            None => integer(value)
                .and_then(|number| u32::try_from(number).ok())
                .filter(|number| (1..=65_535).contains(number)),
        },
    )
}
