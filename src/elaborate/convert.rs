//! A compile-time value for a property: type, unit, range, length, form.

use super::{
    Context,
    constant::{Argument, ConstantValue},
    forms,
    units::{article, exit_code, largest_unit},
};
use crate::{
    diagnostic::{Code, Finding, nearest},
    model::{Reference, Value},
    source::{Span, join_relative},
    vocabulary::{Property, Type, Unit, reference_kinds},
};

impl Context<'_> {
    /// Checks a value against its property and gives what the XML will hold; `None` after a
    /// finding.
    pub(super) fn convert(
        &mut self,
        property: &Property,
        value: ConstantValue,
        span: Span,
    ) -> Option<Value> {
        match value {
            ConstantValue::Absent => return Some(Value::Absent),
            ConstantValue::Call {
                name, arguments, ..
            } if name == "unchecked" && property.switch.is_some() => {
                let [argument] = arguments.as_slice() else {
                    self.error(Code::WrongType, span, "`unchecked(…)` holds one value");
                    return None;
                };
                let inner = self.convert(property, argument.value.clone(), argument.span)?;
                return inner.text().map(|text| Value::Unchecked(text.to_owned()));
            }
            _ => {}
        }
        match property.kind {
            Type::List => self.list(property, value, span),
            Type::Package | Type::TaskSequence | Type::Application => self
                .reference(property.kind, value, span)
                .map(|reference| Value::References(vec![reference])),
            Type::Secret => self.secret(property, value, span),
            Type::Script => self.script(property, value, span),
            _ => {
                let text = self.scalar(property, value, span)?;
                self.written(property, &text, span)
                    .then_some(Value::Text(text))
            }
        }
    }

    fn wrong_type(&mut self, property: &Property, value: &ConstantValue, span: Span) -> Finding {
        let wanted = match property.kind {
            Type::Member => {
                let names: Vec<_> = property
                    .member
                    .iter()
                    .map(|member| format!("`{}`", member.name))
                    .collect();
                names.join(", ")
            }
            kind => kind.noun().to_owned(),
        };
        Finding::new(
            Code::WrongType,
            span,
            format!("`{}` takes {wanted}, not {}", property.name, value.noun()),
        )
        .label(format!("expected {wanted}"))
    }

    /// The XML's text of a value that is one text.
    fn scalar(&mut self, property: &Property, value: ConstantValue, span: Span) -> Option<String> {
        match (property.kind, value) {
            (Type::Text | Type::Account | Type::Version, ConstantValue::Text(text)) => Some(text),
            (Type::Boolean, ConstantValue::Boolean(value)) => Some(value.to_string()),
            (Type::Boolean, ConstantValue::Text(text))
                if matches!(text.as_str(), "true" | "false") =>
            {
                let finding = self
                    .wrong_type(property, &ConstantValue::Text(String::new()), span)
                    .fix(format!("write `{text}`"), span, text);
                self.report(finding);
                None
            }
            (Type::Integer, ConstantValue::Integer { value, .. }) => {
                self.in_range(property, value, span)
            }
            (Type::Duration | Type::Size | Type::Frequency, value) => {
                self.quantity(property, value, span)
            }
            (Type::Member, value) => self.choice(property, value, span),
            (Type::Variable, ConstantValue::Name(text) | ConstantValue::Text(text)) => {
                if !text.is_empty() {
                    self.check_variable_name(&text, span, property.sets_variable);
                }
                Some(text)
            }
            (Type::SuccessCodes, value) => self.success_codes(property, value, span),
            (Type::Integer, ConstantValue::Quantity { unit, .. }) => {
                let finding = Finding::new(
                    Code::UnknownUnit,
                    span,
                    format!("`{}` is a plain number, without `{unit}`", property.name),
                );
                self.report(finding);
                None
            }
            (kind, value) => {
                let mut finding = self.wrong_type(property, &value, span);
                if let (
                    Type::Text | Type::Account | Type::Version,
                    ConstantValue::Integer { digits, .. },
                ) = (kind, &value)
                {
                    finding = finding.fix("write it in quotes", span, format!("\"{digits}\""));
                }
                if let ConstantValue::Call { name, .. } = &value
                    && name == "secret"
                {
                    finding = finding.help(
                        "a secret can only be a password or a masked variable; everything else is written to the XML in clear",
                    );
                }
                self.report(finding);
                None
            }
        }
    }

    fn choice(&mut self, property: &Property, value: ConstantValue, span: Span) -> Option<String> {
        let (word, quoted) = match &value {
            ConstantValue::Name(word) => (word, false),
            ConstantValue::Text(word) => (word, true),
            _ => {
                let finding = self.wrong_type(property, &value, span);
                self.report(finding);
                return None;
            }
        };
        if let Some(member) = property.member(word) {
            return Some(member.xml.clone());
        }
        // The XML's or the console's own word is understood, and corrected.
        let same = |text: &str| text.eq_ignore_ascii_case(word);
        let meant = property.member.iter().find(|member| {
            let label = member.label.as_deref().unwrap_or("");
            let in_label = word.len() > 3 && label.split([' ', '(', ')', ',']).any(same);
            same(&member.xml)
                || same(&member.name)
                || member.cmdlet.as_deref().is_some_and(same)
                || same(label)
                || in_label
        });
        let near = meant.map(|member| member.name.as_str()).or_else(|| {
            nearest(
                word,
                property.member.iter().map(|member| member.name.as_str()),
            )
        });
        let names: Vec<_> = property
            .member
            .iter()
            .map(|member| format!("`{}`", member.name))
            .collect();
        let mut finding = Finding::new(
            Code::UnknownMember,
            span,
            format!("`{word}` is no choice of `{}`", property.name),
        )
        .help(format!("the choices are {}", names.join(", ")));
        if let Some(near) = near {
            finding = finding.label(format!("did you mean `{near}`?"));
            finding = if meant.is_some() {
                finding.fix(format!("write `{near}`"), span, near)
            } else {
                finding.unsafe_fix(format!("write `{near}`"), span, near)
            };
        } else if !quoted && self.scope.get(word).is_none() {
            finding = finding.label("not a choice and not a compile-time name");
        }
        self.report(finding);
        None
    }

    fn quantity(
        &mut self,
        property: &Property,
        value: ConstantValue,
        span: Span,
    ) -> Option<String> {
        let unit = property.unit_word();
        let units = Unit::of(property.kind);
        let example = units
            .iter()
            .map(|unit| format!("`{unit}`"))
            .collect::<Vec<_>>()
            .join(", ");
        let (amount, written) = match value {
            ConstantValue::Quantity { value, unit } => (value, unit),
            ConstantValue::Integer { value, digits } => {
                let finding = Finding::new(
                    Code::UnknownUnit,
                    span,
                    format!("`{}` needs a unit", property.name),
                )
                .label(format!("one of {example}, directly behind the digits"))
                .unsafe_fix(
                    format!("write `{digits}{unit}`"),
                    span,
                    format!("{digits}{unit}"),
                );
                let _ = value;
                self.report(finding);
                return None;
            }
            other => {
                let finding = self.wrong_type(property, &other, span);
                self.report(finding);
                return None;
            }
        };
        let Some(from) = Unit::parse(&written).filter(|unit| units.contains(unit)) else {
            let meant = Unit::meant(&written).filter(|unit| units.contains(unit));
            let mut finding = Finding::new(
                Code::UnknownUnit,
                span,
                format!("`{written}` is no unit of `{}`", property.name),
            )
            .label(format!("one of {example}"));
            if let Some(unit) = meant {
                finding = finding.fix(
                    format!("write `{amount}{unit}`"),
                    span,
                    format!("{amount}{unit}"),
                );
            }
            self.report(finding);
            return None;
        };
        let to = property.unit.map_or(1, |unit| i128::from(unit.factor()));
        let Some(total) = amount.checked_mul(i128::from(from.factor())) else {
            self.error(Code::OutOfRange, span, "this number is too large");
            return None;
        };
        if total % to != 0 {
            let finding = Finding::new(
                Code::InexactQuantity,
                span,
                format!(
                    "the XML holds `{}` in whole {}, and this is not a whole number of them",
                    property.name,
                    property.unit.map_or("", Unit::noun)
                ),
            )
            .label(format!(
                "between {}{unit} and {}{unit}",
                total / to,
                total / to + 1
            ))
            .unsafe_fix(
                format!("write `{}{unit}`", total / to),
                span,
                format!("{}{unit}", total / to),
            )
            .unsafe_fix(
                format!("write `{}{unit}`", total / to + 1),
                span,
                format!("{}{unit}", total / to + 1),
            );
            self.report(finding);
            return None;
        }
        self.in_range(property, total / to, span)
    }

    fn in_range(&mut self, property: &Property, value: i128, span: Span) -> Option<String> {
        let unit = property.unit_word();
        let shown = |number: i64| largest_unit(property, number);
        let below = property.min.is_some_and(|min| value < i128::from(min));
        let above = property.max.is_some_and(|max| value > i128::from(max));
        if below || above || value > i128::from(i64::MAX) {
            let range = match (property.min, property.max) {
                (Some(min), Some(max)) => format!("from {} to {}", shown(min), shown(max)),
                (Some(min), None) => format!("at least {}", shown(min)),
                (None, Some(max)) => format!("at most {}", shown(max)),
                (None, None) => "smaller".to_owned(),
            };
            self.report(
                Finding::new(
                    Code::OutOfRange,
                    span,
                    format!("`{}` must be {range}", property.name),
                )
                .label(format!("this is {value}{unit}")),
            );
            return None;
        }
        let low = property.warn_min.is_some_and(|min| value < i128::from(min));
        let high = property.warn_max.is_some_and(|max| value > i128::from(max));
        if low || high {
            let (word, limit) = if low {
                ("least", property.warn_min)
            } else {
                ("most", property.warn_max)
            };
            self.report(Finding::new(
                Code::OutsideConsoleRange,
                span,
                format!(
                    "the console offers {} at {word} for `{}`",
                    shown(limit.unwrap_or(0)),
                    property.name
                ),
            ));
        }
        Some(value.to_string())
    }

    fn success_codes(
        &mut self,
        property: &Property,
        value: ConstantValue,
        span: Span,
    ) -> Option<String> {
        let items: Vec<(String, Span)> = match &value {
            ConstantValue::Text(text) => text
                .split(' ')
                .filter(|part| !part.is_empty())
                .map(|part| (part.to_owned(), span))
                .collect(),
            ConstantValue::Integer { digits, .. } => vec![(digits.clone(), span)],
            ConstantValue::List(list)
                if list
                    .iter()
                    .all(|(item, _)| matches!(item, ConstantValue::Integer { .. })) =>
            {
                list.iter()
                    .filter_map(|(item, span)| Some((item.inserted()?, *span)))
                    .collect()
            }
            _ => {
                let finding = self.wrong_type(property, &value, span);
                self.report(finding);
                return None;
            }
        };
        let mut codes = Vec::new();
        for (text, span) in items {
            match exit_code(&text) {
                Some(code) => codes.push(code.to_string()),
                None => {
                    let finding = Finding::new(Code::MalformedValue, span, format!("`{text}` is no exit code")).help(
                        "an exit code is a decimal number, or hexadecimal as in smsts.log (0x80070642), of 32 bits",
                    );
                    self.report(finding);
                    return None;
                }
            }
        }
        if let ConstantValue::Text(text) = &value
            && text
                .split(' ')
                .all(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
        {
            // Kept as written, blanks and all: an export may have two of them.
            return Some(text.clone());
        }
        Some(codes.join(" "))
    }

    fn list(&mut self, property: &Property, value: ConstantValue, span: Span) -> Option<Value> {
        let items = match value {
            ConstantValue::List(items) => items,
            single @ (ConstantValue::Text(_) | ConstantValue::Call { .. }) => vec![(single, span)],
            other => {
                let finding = self.wrong_type(property, &other, span);
                self.report(finding);
                return None;
            }
        };
        let of = property.of.unwrap_or(Type::Text);
        if matches!(of, Type::Text | Type::Variable) {
            let mut texts = Vec::new();
            for (item, span) in items {
                match item {
                    ConstantValue::Text(text) => texts.push(text),
                    ConstantValue::Name(text) if of == Type::Variable => {
                        self.check_variable_name(&text, span, false);
                        texts.push(text);
                    }
                    other => {
                        self.error(
                            Code::WrongType,
                            span,
                            format!("expected {}, found {}", of.noun(), other.noun()),
                        );
                    }
                }
            }
            return Some(Value::Text(texts.join(",")));
        }
        if items.is_empty() {
            let finding = Finding::new(
                Code::EmptyList,
                span,
                format!("`{}` is empty", property.name),
            );
            self.report(finding.label("nothing is installed or downloaded"));
        }
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

    fn reference(&mut self, kind: Type, value: ConstantValue, span: Span) -> Option<Reference> {
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
        let names = ["id", "name", "kind", "size"];
        for (index, argument) in arguments.into_iter().enumerate() {
            let name = argument
                .name
                .as_deref()
                .or(names.get(index).copied())
                .unwrap_or("")
                .to_owned();
            match (name.as_str(), argument.value) {
                ("id", ConstantValue::Text(text)) => {
                    reference.id = text;
                    reference.span = argument.span;
                }
                ("name", ConstantValue::Text(text)) => reference.name = text,
                ("kind", ConstantValue::Name(text)) if word == "package" => {
                    let Some(kind) = reference_kinds().iter().find(|kind| kind.name == text) else {
                        let kinds: Vec<_> = reference_kinds()
                            .iter()
                            .map(|kind| kind.name.as_str())
                            .collect();
                        let mut finding = Finding::new(
                            Code::UnknownMember,
                            argument.span,
                            format!("`{text}` is no kind of package"),
                        )
                        .help(format!("the kinds are {}", kinds.join(", ")));
                        if let Some(near) = nearest(&text, kinds) {
                            finding = finding.label(format!("did you mean `{near}`?")).unsafe_fix(
                                format!("write `{near}`"),
                                argument.span,
                                near,
                            );
                        }
                        self.report(finding);
                        return None;
                    };
                    reference.kind = kind.code;
                }
                ("kind", ConstantValue::Integer { value, .. })
                    if word == "package" && u32::try_from(value).is_ok() =>
                {
                    reference.kind = u32::try_from(value).unwrap_or(0);
                }
                ("size", ConstantValue::Integer { value, .. })
                    if word == "package" && u64::try_from(value).is_ok() =>
                {
                    reference.size = u64::try_from(value).unwrap_or(0);
                }
                ("size", ConstantValue::Quantity { value, unit }) if word == "package" => {
                    let known =
                        Unit::parse(&unit).filter(|unit| Unit::of(Type::Size).contains(unit));
                    let size = known.and_then(|unit| {
                        let factor = unit.factor() / Unit::Kilobyte.factor();
                        u64::try_from(value.checked_mul(i128::from(factor))?).ok()
                    });
                    let Some(size) = size else {
                        let finding = Finding::new(
                            Code::UnknownUnit,
                            argument.span,
                            format!("`{unit}` is no unit of a size"),
                        );
                        self.report(
                            finding.help(
                                "a package's size is in KB, MB, GB or TB; a bare number is KB",
                            ),
                        );
                        return None;
                    };
                    reference.size = size;
                }
                (name, value) => {
                    let message = format!("`{name}` of `{word}(…)` cannot be {}", value.noun());
                    let help = format!(
                        "it is written `{word}(\"ID\", \"Name\"{})`",
                        if word == "package" {
                            ", kind: driver_package, size: 965"
                        } else {
                            ""
                        }
                    );
                    self.report(Finding::new(Code::WrongType, argument.span, message).help(help));
                    return None;
                }
            }
        }
        Some(())
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

    fn secret(&mut self, property: &Property, value: ConstantValue, span: Span) -> Option<Value> {
        match secret_name(&value) {
            Some(name) => Some(Value::Secret(name)),
            None if matches!(&value, ConstantValue::Text(text) if text.is_empty()) => {
                Some(Value::Text(String::new()))
            }
            None if matches!(value, ConstantValue::Text(_)) => {
                let finding = Finding::new(
                    Code::PasswordInText,
                    span,
                    format!("the password of `{}` stands in the source", property.name),
                )
                .label("not shown here")
                .hides(span)
                .help(
                    "write secret(\"NAME\"): the XML never holds a password, the console asks for it after the import",
                );
                self.report(finding);
                None
            }
            None => {
                let finding = self.wrong_type(property, &value, span);
                self.report(finding);
                None
            }
        }
    }

    fn script(&mut self, property: &Property, value: ConstantValue, span: Span) -> Option<Value> {
        match value {
            ConstantValue::Text(text) if text.is_empty() => {
                self.report(Finding::new(
                    Code::EmptyText,
                    span,
                    format!("`{}` must not be empty", property.name),
                ));
                None
            }
            ConstantValue::Text(text) => self
                .written(property, &text, span)
                .then_some(Value::Script(text)),
            ConstantValue::Bytes(bytes) => Some(Value::Bytes(bytes)),
            ConstantValue::Call {
                name, arguments, ..
            } if name == "file" => match arguments.as_slice() {
                [
                    Argument {
                        name: None,
                        value: ConstantValue::Text(path),
                        span,
                    },
                ] => self
                    .script_file(path, *span)
                    .map(|text| Value::Script(windows_lines(&text))),
                _ => {
                    self.error(Code::WrongType, span, "`file(…)` holds one path");
                    None
                }
            },
            other => {
                let finding = self.wrong_type(property, &other, span);
                self.report(finding);
                None
            }
        }
    }

    /// The text of a file beside the source.
    fn script_file(&mut self, path: &str, span: Span) -> Option<String> {
        let joined = match join_relative(&self.path, path) {
            Ok(joined) => joined,
            Err(error) => {
                let finding = Finding::new(Code::PathOutside, span, error.to_string())
                    .help("a path is relative to the source file and stays inside of the project's folder");
                self.report(finding);
                return None;
            }
        };
        match self.files.read(&joined) {
            Ok(bytes) => {
                let decoded = crate::source::decode(bytes);
                if decoded.bad.is_some() {
                    self.error(
                        Code::NotText,
                        span,
                        format!("`{path}` is neither UTF-8 nor UTF-16 text"),
                    );
                    return None;
                }
                Some(decoded.text)
            }
            Err(reason) => {
                self.error(
                    Code::CannotRead,
                    span,
                    format!("`{path}` cannot be read: {reason}"),
                );
                None
            }
        }
    }

    /// Length, form and characters of a text; false when it cannot be written.
    fn written(&mut self, property: &Property, text: &str, span: Span) -> bool {
        let length = text.chars().count();
        if property.min_length.is_some_and(|min| length < min) && !text.contains('%') {
            self.report(Finding::new(
                Code::EmptyText,
                span,
                format!("`{}` must not be empty", property.name),
            ));
            return false;
        }
        if let Some(max) = property.max_length.filter(|max| length > *max) {
            let finding = Finding::new(
                Code::TooLong,
                span,
                format!(
                    "`{}` has {length} characters; the most is {max}",
                    property.name
                ),
            );
            self.report(finding);
            return false;
        }
        if let Some(max) = property.warn_length.filter(|max| length > *max) {
            let finding = Finding::new(
                Code::LongForConsole,
                span,
                format!(
                    "`{}` has {length} characters; the console allows {max}",
                    property.name
                ),
            );
            self.report(finding);
        }
        if let Some(pattern) = property.pattern.filter(|_| !text.trim().is_empty())
            && let Err(shape) = forms::check(pattern, text)
        {
            let mut finding = Finding::new(
                Code::MalformedValue,
                span,
                format!("`{text}` is no value for `{}`", property.name),
            )
            .label(format!("expected {shape}"));
            let upper = text.to_uppercase();
            if forms::check(pattern, &upper).is_ok() {
                finding = finding.fix(format!("write \"{upper}\""), span, format!("\"{upper}\""));
            }
            self.report(finding);
            return false;
        }
        true
    }
}

/// Every line end as CR LF, which is how a script is stored, whatever a checkout made of the file.
fn windows_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 32);
    let mut rest = text;
    while let Some(at) = rest.find(['\r', '\n']) {
        out.push_str(&rest[..at]);
        out.push_str("\r\n");
        let two = rest[at..].starts_with("\r\n");
        rest = &rest[at + if two { 2 } else { 1 }..];
    }
    out.push_str(rest);
    out
}

/// The name in `secret("NAME")`.
pub(super) fn secret_name(value: &ConstantValue) -> Option<String> {
    match value {
        ConstantValue::Call {
            name, arguments, ..
        } if name == "secret" => match arguments.as_slice() {
            [
                Argument {
                    value: ConstantValue::Text(text),
                    ..
                },
            ] if !text.is_empty() => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}
