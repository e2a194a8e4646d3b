//! A compile-time value for a property: type, unit, range, length, form.

use super::{
    Context,
    constant::{Argument, ConstantValue},
    forms,
    units::{exit_code, largest_unit},
};
use crate::{
    diagnostic::{Code, Finding, nearest},
    model::{Spanned, Value},
    source::{Span, join_relative},
    vocabulary::{Pattern, Property, Type, Unit},
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
            Type::Text
            | Type::Integer
            | Type::Boolean
            | Type::Duration
            | Type::Size
            | Type::Frequency
            | Type::Member
            | Type::Variable
            | Type::Account
            | Type::SuccessCodes
            | Type::Version => {
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
        match property.kind {
            Type::Text | Type::Account | Type::Version => self.plain_text(property, value, span),
            Type::Boolean => self.truth_value(property, &value, span),
            Type::Integer => self.whole_number(property, &value, span),
            Type::Duration | Type::Size | Type::Frequency => self.quantity(property, value, span),
            Type::Member => self.choice(property, value, span),
            Type::Variable => self.variable_name(property, value, span),
            Type::SuccessCodes => self.success_codes(property, value, span),
            // Their values are more than one text.
            Type::Secret
            | Type::Script
            | Type::Package
            | Type::Application
            | Type::TaskSequence
            | Type::List => self.refuse(property, &value, span),
        }
    }

    fn plain_text(
        &mut self,
        property: &Property,
        value: ConstantValue,
        span: Span,
    ) -> Option<String> {
        match value {
            ConstantValue::Text(text) => Some(text),
            ref number @ ConstantValue::Integer { ref digits, .. } => {
                let finding = self.wrong_type(property, number, span).fix(
                    "write it in quotes",
                    span,
                    format!("\"{digits}\""),
                );
                self.report(finding);
                None
            }
            other => self.refuse(property, &other, span),
        }
    }

    fn truth_value(
        &mut self,
        property: &Property,
        value: &ConstantValue,
        span: Span,
    ) -> Option<String> {
        match value {
            ConstantValue::Boolean(value) => Some(value.to_string()),
            ConstantValue::Text(text) if matches!(text.as_str(), "true" | "false") => {
                let finding = self.wrong_type(property, value, span).fix(
                    format!("write `{text}`"),
                    span,
                    text.as_str(),
                );
                self.report(finding);
                None
            }
            other => self.refuse(property, other, span),
        }
    }

    fn whole_number(
        &mut self,
        property: &Property,
        value: &ConstantValue,
        span: Span,
    ) -> Option<String> {
        match value {
            ConstantValue::Integer { value, .. } => self.in_range(property, *value, span),
            ConstantValue::Quantity { unit, .. } => {
                let message = format!("`{}` is a plain number, without `{unit}`", property.name);
                self.error(Code::UnknownUnit, span, message);
                None
            }
            other => self.refuse(property, other, span),
        }
    }

    fn variable_name(
        &mut self,
        property: &Property,
        value: ConstantValue,
        span: Span,
    ) -> Option<String> {
        match value {
            ConstantValue::Name(text) | ConstantValue::Text(text) => {
                if !text.is_empty() {
                    self.check_variable_name(&text, span, property.sets_variable);
                }
                Some(text)
            }
            other => self.refuse(property, &other, span),
        }
    }

    /// Reports a value of the wrong type.
    fn refuse(&mut self, property: &Property, value: &ConstantValue, span: Span) -> Option<String> {
        let mut finding = self.wrong_type(property, value, span);
        if let ConstantValue::Call { name, .. } = value
            && name == "secret"
        {
            finding = finding.help(
                "a secret can only be a password or a masked variable; everything else is written to the XML in clear",
            );
        }
        self.report(finding);
        None
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
        let (amount, unit) = self.amount(property, value, span)?;
        let Some(total) = amount.checked_mul(i128::from(unit.factor())) else {
            self.error(Code::OutOfRange, span, "this number is too large");
            return None;
        };
        let stored = property.unit.map_or(1, |unit| i128::from(unit.factor()));
        if total % stored != 0 {
            self.report(inexact(property, total / stored, span));
            return None;
        }
        self.in_range(property, total / stored, span)
    }

    /// A number and the unit behind it, if the property has that unit.
    fn amount(
        &mut self,
        property: &Property,
        value: ConstantValue,
        span: Span,
    ) -> Option<(i128, Unit)> {
        let finding = match value {
            ConstantValue::Quantity { value, unit } => {
                let known = Unit::parse(&unit);
                match known.filter(|unit| Unit::of(property.kind).contains(unit)) {
                    Some(known) => return Some((value, known)),
                    None => unknown_unit(property, value, &unit, span),
                }
            }
            ConstantValue::Integer { digits, .. } => missing_unit(property, &digits, span),
            other => self.wrong_type(property, &other, span),
        };
        self.report(finding);
        None
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
        match property.of.unwrap_or(Type::Text) {
            Type::Text | Type::Variable => Some(self.list_of_texts(property, items)),
            // No table has a list of one of the others than references.
            of @ (Type::Package
            | Type::Application
            | Type::TaskSequence
            | Type::Integer
            | Type::Boolean
            | Type::Duration
            | Type::Size
            | Type::Frequency
            | Type::Member
            | Type::Account
            | Type::Secret
            | Type::Script
            | Type::SuccessCodes
            | Type::Version
            | Type::List) => {
                if items.is_empty() {
                    let message = format!("`{}` is empty", property.name);
                    let finding = Finding::new(Code::EmptyList, span, message);
                    self.report(finding.label("nothing is installed or downloaded"));
                }
                self.list_of_references(of, items)
            }
        }
    }

    /// Texts or names of variables, which the XML joins with commas. What is neither is left out.
    fn list_of_texts(&mut self, property: &Property, items: Vec<(ConstantValue, Span)>) -> Value {
        let of = property.of.unwrap_or(Type::Text);
        let mut texts = Vec::new();
        for (item, span) in items {
            match item {
                ConstantValue::Text(text) if property.pattern == Some(Pattern::Platform) => {
                    if forms::check(Pattern::Platform, &text).is_ok() {
                        texts.push(text);
                    } else {
                        let name = Spanned::new(text, span);
                        self.unknown_platform(&name, "\"x64 10.00.0000.0 to 10.00.19999.9999\"");
                    }
                }
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
        Value::Text(texts.join(","))
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
            Ok(bytes) if !self.makes(bytes.len(), span) => None,
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
        let is_id = property.pattern == Some(Pattern::PackageId);
        if let Some(pattern) = property
            .pattern
            .filter(|_| is_id || !text.trim().is_empty())
            && let Err(shape) = forms::check(pattern, text)
        {
            let code = if is_id {
                Code::BadPackageId
            } else {
                Code::MalformedValue
            };
            let mut finding = Finding::new(
                code,
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

/// The units of a property, for a message.
fn example_units(property: &Property) -> String {
    let units = Unit::of(property.kind).iter();
    let quoted: Vec<String> = units.map(|unit| format!("`{unit}`")).collect();
    quoted.join(", ")
}

/// A number without a unit, which is likely meant in the property's own.
fn missing_unit(property: &Property, digits: &str, span: Span) -> Finding {
    let likely = format!("{digits}{}", property.unit_word());
    Finding::new(
        Code::UnknownUnit,
        span,
        format!("`{}` needs a unit", property.name),
    )
    .label(format!(
        "one of {}, directly behind the digits",
        example_units(property)
    ))
    .unsafe_fix(format!("write `{likely}`"), span, likely)
}

/// A number whose unit the property does not have.
fn unknown_unit(property: &Property, amount: i128, written: &str, span: Span) -> Finding {
    let finding = Finding::new(
        Code::UnknownUnit,
        span,
        format!("`{written}` is no unit of `{}`", property.name),
    )
    .label(format!("one of {}", example_units(property)));
    match Unit::meant(written).filter(|unit| Unit::of(property.kind).contains(unit)) {
        Some(unit) => finding.fix(
            format!("write `{amount}{unit}`"),
            span,
            format!("{amount}{unit}"),
        ),
        None => finding,
    }
}

/// A quantity between two whole numbers of the XML's unit; `below` is the smaller of them.
fn inexact(property: &Property, below: i128, span: Span) -> Finding {
    let unit = property.unit_word();
    let (below, above) = (format!("{below}{unit}"), format!("{}{unit}", below + 1));
    Finding::new(
        Code::InexactQuantity,
        span,
        format!(
            "the XML holds `{}` in whole {}, and this is not a whole number of them",
            property.name,
            property.unit.map_or("", Unit::noun)
        ),
    )
    .label(format!("between {below} and {above}"))
    .unsafe_fix(format!("write `{below}`"), span, below)
    .unsafe_fix(format!("write `{above}`"), span, above)
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
