//! Instances of WMI classes as the console's archive spells them: indented, one property behind the
//! other, each with its type.

use crate::{
    vocabulary::{ObjectClass, ObjectForm, ObjectProperty},
    xml::text as escaped,
};

/// The line ends of all that is indented in an archive.
pub(super) const NEWLINE: &str = "\r\n";

/// What a property holds, as XML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ObjectValue {
    /// Nothing.
    Null,
    /// One value.
    One(String),
    /// A list of values.
    List(Vec<String>),
    /// A list of instances.
    Instances(Vec<SmallInstance>),
}

impl ObjectValue {
    /// One text, escaped.
    pub fn text(text: &str) -> ObjectValue {
        ObjectValue::One(escaped(text).into_owned())
    }

    /// What a row of the table holds when nothing is said.
    pub fn of_row(row: &ObjectProperty) -> ObjectValue {
        match (&row.value, row.form) {
            (None, _) => ObjectValue::Null,
            (Some(text), ObjectForm::One) => ObjectValue::text(text),
            (Some(text), ObjectForm::Array) => ObjectValue::List(vec![text.clone()]),
            (Some(_), ObjectForm::Objects) => ObjectValue::Instances(Vec::new()),
        }
    }
}

/// An instance inside of a property: its class, and name, type and text of each property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SmallInstance {
    pub class: &'static str,
    pub properties: Vec<(&'static str, &'static str, String)>,
}

/// Text that is indented.
#[derive(Debug, Default)]
pub(super) struct IndentedXml {
    pub text: String,
    depth: usize,
}

impl IndentedXml {
    /// Text that begins so many levels deep.
    pub fn at(depth: usize) -> IndentedXml {
        IndentedXml {
            text: String::new(),
            depth,
        }
    }

    fn line(&mut self, text: &str) {
        self.text.extend(std::iter::repeat_n("  ", self.depth));
        self.text.push_str(text);
        self.text.push_str(NEWLINE);
    }

    fn open(&mut self, text: &str) {
        self.line(text);
        self.depth += 1;
    }

    fn close(&mut self, text: &str) {
        self.depth = self.depth.saturating_sub(1);
        self.line(text);
    }

    fn value(&mut self, xml: &str) {
        self.line(&format!("<VALUE>{xml}</VALUE>"));
    }

    fn qualifier(&mut self, attributes: &str, value: &str) {
        self.open(&format!("<QUALIFIER {attributes}>"));
        self.value(value);
        self.close("</QUALIFIER>");
    }

    /// The qualifier that says the type.
    fn type_of(&mut self, kind: &str) {
        let attributes = r#"NAME="CIMTYPE" PROPAGATED="true" TYPE="string" TOINSTANCE="true""#;
        self.qualifier(attributes, kind);
    }

    /// A property of the system: its value as XML, `None` for none.
    fn system(&mut self, name: &str, kind: &str, value: Option<&str>) {
        let start = format!(r#"<PROPERTY NAME="{name}" CLASSORIGIN="___SYSTEM" TYPE="{kind}">"#);
        let Some(value) = value else {
            self.line(&format!("{start}</PROPERTY>"));
            return;
        };
        self.open(&start);
        self.value(value);
        self.close("</PROPERTY>");
    }

    /// The ten properties of the system.
    fn systems(&mut self, of: &SystemProperties<'_>) {
        self.system("__PATH", "string", of.path);
        self.system("__NAMESPACE", "string", of.namespace);
        self.system("__SERVER", "string", of.server);
        self.open(r#"<PROPERTY.ARRAY NAME="__DERIVATION" CLASSORIGIN="___SYSTEM" TYPE="string">"#);
        self.values(of.derivation.iter().copied());
        self.close("</PROPERTY.ARRAY>");
        self.system("__PROPERTY_COUNT", "sint32", Some(&of.count.to_string()));
        self.system("__RELPATH", "string", of.relative);
        self.system("__DYNASTY", "string", Some(of.dynasty));
        self.system("__SUPERCLASS", "string", of.derivation.first().copied());
        self.system("__CLASS", "string", Some(of.class));
        self.system("__GENUS", "sint32", Some("2"));
    }

    fn values<'v>(&mut self, values: impl Iterator<Item = &'v str>) {
        let mut values = values.peekable();
        if values.peek().is_none() {
            self.line("<VALUE.ARRAY></VALUE.ARRAY>");
            return;
        }
        self.open("<VALUE.ARRAY>");
        values.for_each(|value| self.value(value));
        self.close("</VALUE.ARRAY>");
    }

    /// The instances in a property.
    pub fn instances(&mut self, list: &[SmallInstance]) {
        if list.is_empty() {
            self.line("<VALUE.OBJECTARRAY></VALUE.OBJECTARRAY>");
            return;
        }
        self.open("<VALUE.OBJECTARRAY>");
        for one in list {
            self.open("<VALUE.OBJECT>");
            self.small(one);
            self.close("</VALUE.OBJECT>");
        }
        self.close("</VALUE.OBJECTARRAY>");
    }

    fn small(&mut self, instance: &SmallInstance) {
        self.open(&format!(r#"<INSTANCE CLASSNAME="{}">"#, instance.class));
        self.systems(&SystemProperties {
            class: instance.class,
            dynasty: instance.class,
            count: instance.properties.len(),
            ..SystemProperties::default()
        });
        for (name, kind, text) in &instance.properties {
            let class = instance.class;
            self.open(&format!(
                r#"<PROPERTY NAME="{name}" CLASSORIGIN="{class}" TYPE="{kind}">"#
            ));
            self.type_of(kind);
            self.value(&escaped(text));
            self.close("</PROPERTY>");
        }
        self.close("</INSTANCE>");
    }

    /// A property of the object.
    pub fn property(&mut self, row: &ObjectProperty, value: &ObjectValue) {
        let (element, kind, said) = match row.form {
            ObjectForm::One => ("PROPERTY", "TYPE", row.kind.clone()),
            ObjectForm::Array => ("PROPERTY.ARRAY", "TYPE", row.kind.clone()),
            ObjectForm::Objects => (
                "PROPERTY.OBJECTARRAY",
                "REFERENCECLASS",
                format!("object:{}", row.kind),
            ),
        };
        let class = match row.class {
            ObjectClass::Own => super::SEQUENCE_CLASS,
            ObjectClass::Base => BASE_CLASS,
        };
        let propagated = if row.propagated {
            r#" PROPAGATED="true""#
        } else {
            ""
        };
        let (name, written) = (&row.name, &row.kind);
        self.open(&format!(
            r#"<{element} NAME="{name}" CLASSORIGIN="{class}"{propagated} {kind}="{written}">"#
        ));
        self.type_of(&said);
        if row.key {
            let attributes = r#"NAME="key" PROPAGATED="true" TYPE="boolean" OVERRIDABLE="false" TOINSTANCE="true""#;
            self.qualifier(attributes, "TRUE");
        }
        match value {
            ObjectValue::Null => {}
            ObjectValue::One(xml) => self.value(xml),
            ObjectValue::List(list) => {
                let list: Vec<_> = list.iter().map(|one| escaped(one)).collect();
                self.values(list.iter().map(AsRef::as_ref));
            }
            ObjectValue::Instances(list) => self.instances(list),
        }
        self.close(&format!("</{element}>"));
    }

    /// The whole object; `values` gives each row of the table what it holds.
    pub fn object(
        &mut self,
        system: &SystemProperties<'_>,
        rows: &[ObjectProperty],
        values: impl Fn(&ObjectProperty) -> ObjectValue,
    ) {
        self.open(&format!(r#"<INSTANCE CLASSNAME="{}">"#, system.class));
        self.qualifier(
            r#"NAME="dynamic" PROPAGATED="true" TYPE="boolean" TOSUBCLASS="false" TOINSTANCE="true""#,
            "TRUE",
        );
        self.qualifier(
            r#"NAME="SecurityVerbs" TYPE="sint32" TOSUBCLASS="false""#,
            "-1",
        );
        self.systems(system);
        for row in rows {
            self.property(row, &values(row));
        }
        self.close("</INSTANCE>");
        let length = self.text.trim_end_matches(NEWLINE).len();
        self.text.truncate(length);
    }
}

/// The class that all packages share.
pub(super) const BASE_CLASS: &str = "SMS_PackageBaseclass";

/// What the system says of an object.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SystemProperties<'a> {
    pub path: Option<&'a str>,
    pub namespace: Option<&'a str>,
    pub server: Option<&'a str>,
    pub derivation: &'a [&'a str],
    pub count: usize,
    pub relative: Option<&'a str>,
    pub dynasty: &'a str,
    pub class: &'a str,
}
