//! Facts: the registry, WMI, files and folders; and conditions that ask them through the engine.

use std::{
    fs,
    path::Path,
    time::{Duration, UNIX_EPOCH},
};

use tasq::internals::{
    compile::compile,
    computer::{Facts, Host, Outcome, Restarts, SystemError, Work},
    elaborate::ParameterValues,
    engine::{Engine, Event, NoChildren, Program, RunOptions},
    fact::{Fact as Named, FileFacts, InstalledProduct, Known, RegistryValue},
    host::windows::{WindowsSystem, machine},
    source::NoFiles,
    wql::{ClassFacts, PropertyValue, Row, Rows},
};
use winreg::{
    RegKey, RegValue,
    enums::{HKEY_CURRENT_USER, RegType},
};

use super::{fixture, plain};

/// Values of every type below a key of their own.
fn with_values(name: &str) -> String {
    let path = format!(r"Software\TasqTest-{name}");
    let (key, _) = RegKey::predef(HKEY_CURRENT_USER)
        .create_subkey(&path)
        .expect("a key can be made");
    let raw = |bytes: &[u8], vtype| RegValue {
        bytes: bytes.to_vec().into(),
        vtype,
    };
    let set = |name: &str, value: RegValue<'_>| {
        key.set_raw_value(name, &value).expect("a value can be set");
    };
    key.set_value("", &"the default")
        .expect("a value can be set");
    key.set_value("Text", &"grün").expect("a value can be set");
    key.set_value("Number", &4_294_967_295_u32)
        .expect("a value can be set");
    key.set_value("Long", &u64::MAX)
        .expect("a value can be set");
    key.set_value("List", &vec!["one", "two"])
        .expect("a value can be set");
    let expand: Vec<u8> = "%windir%\\x\0"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    set("Expand", raw(&expand, RegType::REG_EXPAND_SZ));
    set("Bytes", raw(&[0, 0xAB, 0xFF], RegType::REG_BINARY));
    set("None", raw(&[9], RegType::REG_NONE));
    set("Short", raw(&[1, 2], RegType::REG_DWORD));
    path
}

#[test]
fn values_of_every_type_are_read() {
    let path = with_values("types");
    let system = WindowsSystem::new();
    let key = format!("HKCU\\{path}");
    let read = |name: &str| match system.registry_value(&key, name) {
        Known::Yes(RegistryValue { kind, data }) => format!("{kind} {data}"),
        other => format!("{other:?}"),
    };
    for (name, wanted) in [
        ("", "REG_SZ the default"),
        ("text", "REG_SZ grün"),
        ("Number", "REG_DWORD 4294967295"),
        ("Long", "REG_QWORD 18446744073709551615"),
        ("List", "REG_MULTI_SZ one\ntwo"),
        ("Expand", r"REG_EXPAND_SZ %windir%\x"),
        ("Bytes", "REG_BINARY 00ABFF"),
        ("None", "REG_NONE 09"),
        ("Short", "REG_DWORD 0102"),
        ("No such", "No"),
    ] {
        assert_eq!(read(name), wanted, "{name}");
    }
    for spelled in ["HKEY_CURRENT_USER\\", "hkcu:\\", "\\HKCU\\\\", "HKCU/"] {
        let key = format!("{spelled}{path}").replace("HKCU/Software\\", "HKCU/Software/");
        assert_eq!(system.registry_key(&key), Known::Yes(()), "{key}");
    }
    for nowhere in [
        "HKCU\\Software\\TasqTest-no-such-key",
        "HKXX\\Software",
        "Software",
        "",
    ] {
        assert_eq!(system.registry_key(nowhere), Known::No, "{nowhere}");
        assert_eq!(system.registry_value(nowhere, "x"), Known::No, "{nowhere}");
    }
    assert_eq!(system.registry_key("HKLM"), Known::Yes(()));
    RegKey::predef(HKEY_CURRENT_USER)
        .delete_subkey_all(path)
        .expect("it is removed");
}

#[test]
fn the_two_views_of_the_registry_are_two() {
    let path = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion";
    assert!(matches!(
        WindowsSystem::new().registry_key(path),
        Known::Yes(())
    ));
    // That of 32-bit programs is the other's `WOW6432Node`.
    let software = RegKey::predef(winreg::enums::HKEY_LOCAL_MACHINE);
    let (key, _) = software
        .create_subkey_with_flags(
            r"SOFTWARE\TasqTestView",
            winreg::enums::KEY_ALL_ACCESS | winreg::enums::KEY_WOW64_32KEY,
        )
        .expect("a key can be made");
    key.set_value("Which", &"small")
        .expect("a value can be set");
    let value = Known::Yes(RegistryValue {
        kind: "REG_SZ".to_owned(),
        data: "small".to_owned(),
    });
    assert_eq!(
        WindowsSystem::new().small_registry_value(r"HKLM\SOFTWARE\TasqTestView", "Which"),
        value
    );
    assert_eq!(
        WindowsSystem::new().registry_key(r"HKLM\SOFTWARE\TasqTestView"),
        Known::No
    );
    assert_eq!(
        WindowsSystem::new().registry_value(r"HKLM\SOFTWARE\WOW6432Node\TasqTestView", "Which"),
        value
    );
    software
        .delete_subkey_with_flags(r"SOFTWARE\TasqTestView", winreg::enums::KEY_WOW64_32KEY)
        .expect("it is removed");
}

fn rows(namespace: &str, class: &str) -> Vec<Row> {
    match WindowsSystem::new().class(namespace, class) {
        ClassFacts::Rows(rows) => rows,
        ClassFacts::Unknown => panic!("{class} is not known"),
    }
}

#[test]
fn rows_of_wmi_have_their_types() {
    let row = rows("root\\cimv2", "Win32_OperatingSystem").remove(0);
    assert!(
        matches!(row.property("Caption"), PropertyValue::Text(text) if text.contains("Windows")),
        "{row:?}"
    );
    assert!(
        matches!(row.property("Version"), PropertyValue::Text(text) if text.starts_with(char::is_numeric))
    );
    assert!(matches!(row.property("OSLanguage"), PropertyValue::Integer(number) if number > 0));
    assert!(
        matches!(row.property("TotalVisibleMemorySize"), PropertyValue::Integer(number) if number > 1024)
    );
    assert!(
        matches!(row.property("LastBootUpTime"), PropertyValue::DateTime(_)),
        "{:?}",
        row.property("LastBootUpTime")
    );
    let row = rows("ROOT/CIMV2", "win32_computersystem").remove(0);
    assert!(
        matches!(row.property("TotalPhysicalMemory"), PropertyValue::Integer(number) if number > 1 << 20)
    );
    assert!(matches!(row.property("Name"), PropertyValue::Text(_)));
    let enclosure = rows("root\\cimv2", "Win32_SystemEnclosure").remove(0);
    assert!(
        matches!(enclosure.property("ChassisTypes"), PropertyValue::Array(_)),
        "{enclosure:?}"
    );
    assert!(rows("root\\cimv2", "Win32_LogicalDisk").len() > 1);
}

/// Windows says "invalid class", wine gives no rows; both are the answer that there is no row.
#[test]
fn a_class_or_namespace_that_is_not_there_has_no_rows() {
    assert_eq!(rows("root\\cimv2", "Tasq_NoSuchClass"), []);
    assert_eq!(rows("root\\no\\such", "Win32_BIOS"), []);
    assert_eq!(
        WindowsSystem::new().class("root\\cimv2", "Win32_BIOS WHERE 1 = 1"),
        ClassFacts::Unknown
    );
}

#[test]
fn files_have_their_version_and_time() {
    let Some(probe) = fixture("probe.exe") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("Probe.exe");
    fs::copy(probe, &file).expect("it is copied");
    let time = UNIX_EPOCH + Duration::from_secs(1_706_702_400);
    fs::File::options()
        .write(true)
        .open(&file)
        .and_then(|file| file.set_modified(time))
        .expect("its time is set");
    let text = folder.path().join("text.txt");
    fs::write(&text, "x").expect("it is written");
    let system = WindowsSystem::new();
    let facts = |path: &Path| system.file(path.to_str().expect("it is text"));
    let wanted = FileFacts {
        version: Some("1.2.3.4".to_owned()),
        modified: Some("20240131120000.000000+000".to_owned()),
    };
    assert_eq!(facts(&file), Known::Yes(wanted));
    assert_eq!(
        facts(&text).yes().map(|facts| facts.version.clone()),
        Some(None)
    );
    assert_eq!(facts(folder.path()), Known::No);
    let folder_path = plain(folder.path());
    let seen = system.folder(&folder_path);
    assert!(
        seen.yes().is_some_and(|facts| facts.modified.is_some()),
        "{seen:?}"
    );
    for path in [
        r"C:\no\such",
        r"Q:\x",
        "",
        r"C:\a?b",
        r"C:\a|b",
        &format!("{folder_path}\\text.txt\\x"),
    ] {
        assert_eq!(
            (system.file(path), system.folder(path)),
            (Known::No, Known::No),
            "{path}"
        );
    }
}

#[test]
fn this_computer_can_be_described() {
    let machine = machine();
    let text = tasq::internals::machine::write(&machine);
    let parsed = tasq::internals::machine::parse(tasq::internals::source::FileId(0), &text);
    assert!(parsed.findings.is_empty(), "{text}\n{:?}", parsed.findings);
    let system = WindowsSystem::new();
    let name = std::env::var("COMPUTERNAME").expect("Windows has a name");
    assert!(
        system
            .fact(Named::Name)
            .yes()
            .is_some_and(|own| own.eq_ignore_ascii_case(&name)),
        "{:?}",
        system.fact(Named::Name)
    );
    assert_eq!(
        system.fact(Named::OsArchitecture),
        Known::Yes("x64".to_owned())
    );
    let free = system
        .fact(Named::DisksFree)
        .yes()
        .and_then(|free| free.parse::<u64>().ok());
    assert!(
        free.is_some_and(|free| free > 0),
        "{:?}\n{text}",
        system.fact(Named::DisksFree)
    );
    assert!(
        system
            .variables()
            .iter()
            .any(|(name, value)| name == "_SMSTSInWinPE" && value == "false")
    );
    let out = std::process::Command::new(env!("CARGO_BIN_EXE_tasq"))
        .arg("facts")
        .output()
        .expect("it starts");
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    assert!(String::from_utf8_lossy(&out.stdout).contains("[os]"));
}

/// A host for conditions: all facts are the computer's own, and steps do nothing.
struct Computer(WindowsSystem);

impl Rows for Computer {
    fn class(&self, namespace: &str, class: &str) -> ClassFacts {
        self.0.class(namespace, class)
    }

    fn narrowed(
        &self,
        namespace: &str,
        class: &str,
        condition: &dyn Fn() -> String,
    ) -> Option<ClassFacts> {
        self.0.narrowed(namespace, class, condition)
    }
}

impl Facts for Computer {
    fn file(&self, path: &str) -> Known<FileFacts> {
        self.0.file(path)
    }
    fn folder(&self, path: &str) -> Known<FileFacts> {
        self.0.folder(path)
    }
    fn registry_key(&self, key: &str) -> Known<()> {
        self.0.registry_key(key)
    }
    fn registry_value(&self, key: &str, name: &str) -> Known<RegistryValue> {
        self.0.registry_value(key, name)
    }
    fn product(&self, product_code: &str) -> Known<InstalledProduct> {
        self.0.product(product_code)
    }
    fn products(&self, upgrade_code: &str) -> Known<Vec<InstalledProduct>> {
        self.0.products(upgrade_code)
    }
    fn fact(&self, fact: Named) -> Known<String> {
        self.0.fact(fact)
    }
    fn environment(&self, name: &str) -> Known<String> {
        self.0.environment(name)
    }
    fn variables(&self) -> Vec<(String, String)> {
        self.0.variables()
    }
}

impl Host for Computer {
    fn perform(&mut self, _: &Work<'_>) -> Outcome {
        Outcome::default()
    }
    fn clock(&self) -> u64 {
        0
    }
}

impl Restarts for Computer {
    fn restart(&mut self, _: bool, _: &str) -> Result<(), SystemError> {
        Ok(())
    }
}

/// Which of the conditions hold; each stands at a step of its own.
fn holding(conditions: &[&str]) -> Vec<usize> {
    let steps = conditions.iter().enumerate().map(|(index, condition)| {
        format!("step \"{index}\" run_command_line < \"cmd /c exit 0\" > when {condition}\n")
    });
    let source = format!(
        "sequence \"Conditions\"\n\n{}",
        steps.collect::<Vec<_>>().join("\n")
    );
    let compiled = compile(
        "conditions.tasq",
        "conditions.tasq",
        source.into_bytes(),
        &NoFiles,
        &ParameterValues::default(),
    );
    assert!(compiled.is_good(), "{:?}", compiled.findings);
    let program = Program::new(&compiled.sequence, &NoChildren).expect("it can run");
    let mut engine = Engine::new(&program, RunOptions::default());
    let mut ran = Vec::new();
    for event in engine.trace(&mut Computer(WindowsSystem::new())) {
        match event.expect("the run ends") {
            Event::StepRan(step) => ran.push(step.at.name.parse().expect("a number")),
            Event::Undecided { about, missing, .. } => panic!("{about}: {missing:?}"),
            _ => {}
        }
    }
    ran
}

#[test]
fn conditions_ask_the_real_computer() {
    let Some(probe) = fixture("probe.exe") else {
        return;
    };
    let path = with_values("conditions");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("probe.exe");
    fs::copy(probe, &file).expect("it is copied");
    let (file, here) = (plain(&file), plain(folder.path()));
    let key = format!("HKEY_CURRENT_USER\\{path}");
    let conditions = [
        (true, format!("file '{file}'")),
        (true, format!("file '{file}' version >= \"1.2.3\"")),
        (false, format!("file '{file}' version > \"1.2.3.4\"")),
        (true, format!("file '{file}' modified > \"2001-01-31T00:00:00Z\"")),
        (false, r"file 'C:\no\such'".to_owned()),
        (true, format!("folder '{here}'")),
        (false, format!("folder '{file}'")),
        (true, format!("registry '{key}' value \"Text\" == \"grün\"")),
        (true, format!("registry '{key}' value \"Number\" as reg_dword exists")),
        (false, format!("registry '{key}' value \"No such\" exists")),
        (true, format!("registry '{key}' exists")),
        (
            true,
            "wmi \"SELECT * FROM Win32_OperatingSystem WHERE OSLanguage > 0 AND Caption LIKE '%Windows%'\"".to_owned(),
        ),
        (false, "wmi \"SELECT * FROM Win32_ComputerSystem WHERE Model = 'no such model'\"".to_owned()),
        (false, "wmi \"SELECT * FROM Tasq_NoSuchClass\"".to_owned()),
        (false, "software \"{11111111-2222-4333-8444-00000000FFFF}\"".to_owned()),
        (true, "_SMSTSInWinPE == \"false\"".to_owned()),
    ];
    let texts: Vec<&str> = conditions.iter().map(|(_, text)| text.as_str()).collect();
    let wanted: Vec<usize> = conditions
        .iter()
        .enumerate()
        .filter(|(_, (holds, _))| *holds)
        .map(|(index, _)| index)
        .collect();
    assert_eq!(holding(&texts), wanted, "{texts:#?}");
    RegKey::predef(HKEY_CURRENT_USER)
        .delete_subkey_all(path)
        .expect("it is removed");
}
