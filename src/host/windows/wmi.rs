//! Windows Management Instrumentation.

use wmi::{IWbemClassWrapper, WMIConnection, WMIError};

use crate::{
    machine::{values, wmi as namespaces},
    wql::{ClassFacts, PropertyValue, Row},
};

/// The codes that say that a class or a namespace is not there: `WBEM_E_NOT_FOUND`,
/// `WBEM_E_INVALID_NAMESPACE`, `WBEM_E_INVALID_CLASS`.
const NOT_THERE: [u32; 3] = [0x8004_1002, 0x8004_100E, 0x8004_1010];

/// Classes with a row for every file, folder or event of the computer.
const LARGE: [&str; 8] = [
    "CIM_LogicalFile",
    "CIM_DataFile",
    "CIM_Directory",
    "Win32_Directory",
    "Win32_ShortcutFile",
    "Win32_CodecFile",
    "Win32_NTEventlogFile",
    "Win32_NTLogEvent",
];

/// All rows of a class. A class or namespace that is not there has none: a query about it gives no
/// row. When WMI refuses to answer (a right that is missing, a provider that fails), nothing is
/// known.
pub(super) fn class(namespace: &str, class: &str) -> ClassFacts {
    if class.is_empty()
        || !class
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    {
        return ClassFacts::Unknown;
    }
    answer(namespace, &format!("SELECT * FROM {class}"))
}

/// Rows of a class that has one for every file, folder or event: only those that WMI finds itself.
/// Of other classes all rows are shown, so that an explanation can say what did not fit.
pub(super) fn narrowed(
    namespace: &str,
    class: &str,
    condition: &dyn Fn() -> String,
) -> Option<ClassFacts> {
    let large = LARGE.iter().any(|large| large.eq_ignore_ascii_case(class));
    large.then(|| {
        answer(
            namespace,
            &format!("SELECT * FROM {class} WHERE {}", condition()),
        )
    })
}

fn answer(namespace: &str, query: &str) -> ClassFacts {
    match rows(namespace, query) {
        Ok(rows) => ClassFacts::Rows(rows),
        Err(WMIError::HResultError { hres }) if NOT_THERE.contains(&hres.cast_unsigned()) => {
            ClassFacts::Rows(Vec::new())
        }
        Err(_) => ClassFacts::Unknown,
    }
}

fn rows(namespace: &str, query: &str) -> Result<Vec<Row>, WMIError> {
    // The forms with slashes or this computer's name in front mean the same.
    let connection = WMIConnection::with_namespace_path(&namespaces::namespace(namespace))?;
    connection
        .exec_query(query)?
        .map(|object| object.and_then(|object| row(&object)))
        .collect()
}

fn row(object: &IWbemClassWrapper) -> Result<Row, WMIError> {
    let mut row = Row::new();
    for name in object.list_properties()? {
        // A property that cannot be read is not known; the others are.
        let fact = object
            .get_property(&name)
            .map_or(PropertyValue::Unknown, fact);
        row = row.with(&name, fact);
    }
    Ok(row.complete())
}

fn fact(value: wmi::Variant) -> PropertyValue {
    use wmi::Variant as Value;
    match value {
        Value::Empty | Value::Null => PropertyValue::Null,
        Value::String(text) if values::is_cim(&text) => PropertyValue::DateTime(text),
        Value::String(text) => PropertyValue::Text(text),
        Value::I1(number) => PropertyValue::Integer(number.into()),
        Value::I2(number) => PropertyValue::Integer(number.into()),
        Value::I4(number) => PropertyValue::Integer(number.into()),
        Value::I8(number) => PropertyValue::Integer(number.into()),
        Value::UI1(number) => PropertyValue::Integer(number.into()),
        Value::UI2(number) => PropertyValue::Integer(number.into()),
        Value::UI4(number) => PropertyValue::Integer(number.into()),
        Value::UI8(number) => PropertyValue::Integer(number.into()),
        Value::R4(number) => PropertyValue::Real(number.into()),
        Value::R8(number) => PropertyValue::Real(number),
        Value::Bool(value) => PropertyValue::Boolean(value),
        Value::Array(values) => PropertyValue::Array(values.into_iter().map(fact).collect()),
        // A query about conditions never looks into objects.
        Value::Unknown(_) | Value::Object(_) => PropertyValue::Unknown,
    }
}
