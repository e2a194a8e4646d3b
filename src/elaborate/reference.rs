//! References to packages, applications and sequences: an identifier, or a call with its name.

use super::{
    Context,
    constant::{Argument, ConstantValue},
    forms,
    units::article,
};
use crate::{
    diagnostic::{Code, Finding, nearest},
    model::{Reference, Value},
    source::Span,
    vocabulary::{Type, Unit, reference_kinds},
};

/// The arguments of `package(…)` and its like, in the order in which they may stand without their
/// names.
const ARGUMENTS: [&str; 4] = ["id", "name", "kind", "size"];

impl Context<'_> {
    /// References to different objects of a kind; `None` after a finding.
    pub(super) fn list_of_references(
        &mut self,
        of: Type,
        items: Vec<(ConstantValue, Span)>,
    ) -> Option<Value> {
        let references: Vec<Option<Reference>> = items
            .into_iter()
            .map(|(item, span)| self.reference(of, item, span))
            .collect();
        let references = references.into_iter().collect::<Option<Vec<_>>>()?;
        for (index, reference) in references.iter().enumerate() {
            if let Some(earlier) = references[..index]
                .iter()
                .find(|earlier| earlier.id == reference.id)
            {
                let finding = Finding::new(
                    Code::DuplicateItem,
                    reference.span,
                    format!("`{}` is already in this list", reference.id),
                )
                .also(earlier.span, "here");
                self.report(finding);
                return None;
            }
        }
        Some(Value::References(references))
    }

    /// A reference to an object of a kind; `None` after a finding.
    pub(super) fn reference(
        &mut self,
        kind: Type,
        value: ConstantValue,
        span: Span,
    ) -> Option<Reference> {
        let word = match kind {
            Type::Application => "application",
            Type::TaskSequence => "task_sequence",
            _ => "package",
        };
        let mut reference = Reference {
            span,
            ..Reference::default()
        };
        match value {
            ConstantValue::Text(text) => reference.id = text,
            ConstantValue::Call {
                name, arguments, ..
            } if name == word => {
                self.reference_arguments(&mut reference, word, arguments)?;
            }
            other => {
                let shown = if let ConstantValue::Call { name, .. } = &other {
                    format!("`{name}(…)`")
                } else {
                    other.noun().to_owned()
                };
                let finding = Finding::new(
                    Code::WrongType,
                    span,
                    format!("expected {} here, not {shown}", article(word)),
                )
                .help(format!(
                    "write `{word}(\"ID\", \"Name\")`, or the identifier alone as a string"
                ));
                self.report(finding);
                return None;
            }
        }
        self.check_id(kind, &reference.id, reference.span)
            .then_some(reference)
    }

    fn reference_arguments(
        &mut self,
        reference: &mut Reference,
        word: &str,
        arguments: Vec<Argument>,
    ) -> Option<()> {
        let of_package = word == "package";
        for (index, argument) in arguments.into_iter().enumerate() {
            let span = argument.span;
            let name = argument.name.as_deref();
            let name = name.or(ARGUMENTS.get(index).copied()).unwrap_or("");
            match (name, argument.value) {
                ("id", ConstantValue::Text(text)) => {
                    reference.id = text;
                    reference.span = span;
                }
                ("name", ConstantValue::Text(text)) => reference.name = text,
                ("kind", ConstantValue::Name(text)) if of_package => {
                    reference.kind = self.package_kind(&text, span)?;
                }
                ("kind", ConstantValue::Integer { value, .. })
                    if of_package && u32::try_from(value).is_ok() =>
                {
                    reference.kind = u32::try_from(value).unwrap_or(0);
                }
                ("size", ConstantValue::Integer { value, .. })
                    if of_package && u64::try_from(value).is_ok() =>
                {
                    reference.size = u64::try_from(value).unwrap_or(0);
                }
                ("size", ConstantValue::Quantity { value, unit }) if of_package => {
                    reference.size = self.package_size(value, &unit, span)?;
                }
                (name, value) => {
                    self.report(wrong_argument(word, name, &value, span));
                    return None;
                }
            }
        }
        Some(())
    }

    /// The XML's number of a kind of package.
    fn package_kind(&mut self, name: &str, span: Span) -> Option<u32> {
        if let Some(kind) = reference_kinds().iter().find(|kind| kind.name == name) {
            return Some(kind.code);
        }
        let kinds: Vec<_> = reference_kinds()
            .iter()
            .map(|kind| kind.name.as_str())
            .collect();
        let mut finding = Finding::new(
            Code::UnknownMember,
            span,
            format!("`{name}` is no kind of package"),
        )
        .help(format!("the kinds are {}", kinds.join(", ")));
        if let Some(near) = nearest(name, kinds) {
            finding = finding.label(format!("did you mean `{near}`?")).unsafe_fix(
                format!("write `{near}`"),
                span,
                near,
            );
        }
        self.report(finding);
        None
    }

    /// The size of a package in kilobytes.
    fn package_size(&mut self, amount: i128, unit: &str, span: Span) -> Option<u64> {
        let known = Unit::parse(unit).filter(|unit| Unit::of(Type::Size).contains(unit));
        let size = known.and_then(|unit| {
            let factor = unit.factor() / Unit::Kilobyte.factor();
            u64::try_from(amount.checked_mul(i128::from(factor))?).ok()
        });
        if size.is_none() {
            let finding = Finding::new(
                Code::UnknownUnit,
                span,
                format!("`{unit}` is no unit of a size"),
            );
            self.report(
                finding.help("a package's size is in KB, MB, GB or TB; a bare number is KB"),
            );
        }
        size
    }

    /// Whether an identifier has the form its kind needs; reports it when not.
    pub(super) fn check_id(&mut self, kind: Type, id: &str, span: Span) -> bool {
        if kind == Type::Application {
            if forms::is_application_id(id) {
                return true;
            }
            let finding = Finding::new(Code::BadApplicationId, span, format!("`{id}` is no application identifier"))
                .label("expected ScopeId_…/Application_…")
                .help("the identifier is the application's model name without its revision: application(\"ScopeId_GUID/Application_guid\", \"7-Zip\")");
            self.report(finding);
            return false;
        }
        if forms::is_package_id(id) {
            return true;
        }
        let upper = id.to_uppercase();
        let mut finding = Finding::new(
            Code::BadPackageId,
            span,
            format!("`{id}` is no package identifier"),
        )
        .label(
            "expected the site's three characters and five hexadecimal digits, such as PS100241",
        );
        if forms::is_package_id(&upper) {
            finding = finding
                .help(format!("identifiers are upper case: {upper}"))
                .fix(format!("write \"{upper}\""), span, format!("\"{upper}\""));
        }
        self.report(finding);
        false
    }
}

/// An argument that a reference of this kind does not have, or not with such a value.
fn wrong_argument(word: &str, name: &str, value: &ConstantValue, span: Span) -> Finding {
    let message = format!("`{name}` of `{word}(…)` cannot be {}", value.noun());
    let more = if word == "package" {
        ", kind: driver_package, size: 965"
    } else {
        ""
    };
    Finding::new(Code::WrongType, span, message)
        .help(format!("it is written `{word}(\"ID\", \"Name\"{more})`"))
}
