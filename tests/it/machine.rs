//! Machine files: what is wrong with them (`tests/machine/refused.txt`), what they answer and what
//! steps do on them (`tests/machine/answers.txt`, `steps.txt`), the published schema, the ready
//! machines, and `tasq facts`.
//!
//! The marks of `refused.txt` are those of `tests/refused`: `#! TQ0803@10-12` at the end of a line.
//! A section `says` has a part of each message and label, in the order of the findings.
//!
//! A section `answers` has a line `QUESTION => ANSWER` each; `restart winpe` and `restart full`
//! restart the computer. A section `steps` has a source, and `outcomes` what its steps come to, in
//! order and as often as they stand there, and then what the computer says to the `questions`.

mod generated;
mod places;
mod steps;
mod ways;

use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path};

use tasq::internals::{
    computer::{Facts as _, Host, Restarts as _},
    fact::{Fact, FileFacts, Known},
    host::simulated::SimulatedHost,
    machine::{
        Linux, Machine, ParsedMachine, keys, machine_of_linux, machine_of_windows, parse, write,
    },
    source::FileId,
    vocabulary::platforms,
    wql::{self, ClassFacts, Row},
};

use crate::{
    cases::{self, Case, Rewrites},
    corpus, marked,
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn cases_of(file: &str) -> Vec<Case> {
    cases::all("machine")
        .into_iter()
        .filter(|case| case.file == file)
        .collect()
}

fn text_of(case: &Case) -> String {
    case.source().join("\n")
}

/// A machine file without findings.
fn machine(name: &str, text: &str) -> Machine {
    let ParsedMachine { machine, findings } = parse(FileId(0), text);
    assert!(findings.is_empty(), "{name}: {findings:#?}");
    machine
}

/// The ready machines: name and text.
fn examples() -> Vec<(String, String)> {
    let folder = root().join("examples/machines");
    let mut all: Vec<(String, String)> = fs::read_dir(folder)
        .expect("the folder of the machines can be listed")
        .map(|entry| entry.expect("an entry can be read").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .map(|path| {
            let name = path
                .file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            (name, fs::read_to_string(&path).expect("a machine is text"))
        })
        .collect();
    all.sort();
    assert!(all.len() >= 6, "six ready machines are promised");
    all
}

// ---- what is wrong with a file

#[test]
fn faults_are_as_marked() {
    let findings = |text: &str| parse(FileId(0), text).findings;
    marked::faults_are_as_marked(cases_of("refused"), text_of, findings);
}

// ---- what a machine answers

fn facts(facts: &FileFacts) -> String {
    let FileFacts { version, modified } = facts;
    let parts = [
        version.clone().map(|text| format!(" {text}")),
        modified.clone().map(|text| format!(" {text}")),
    ];
    format!("yes{}", parts.into_iter().flatten().collect::<String>())
}

fn known<T>(known: Known<T>, show: impl Fn(&T) -> String) -> String {
    match known {
        Known::Yes(value) => show(&value),
        Known::No => "no".to_owned(),
        Known::Unknown(name) => format!("unknown: {name}"),
    }
}

fn query(host: &dyn Host, namespace: &str, text: &str) -> String {
    let parsed = wql::parse(text);
    let query = parsed
        .query
        .unwrap_or_else(|| panic!("{text}: {:?}", parsed.faults));
    let outcome = wql::evaluate(&query, namespace, host);
    let missing: Vec<String> = outcome
        .missing
        .iter()
        .map(|missing| {
            format!(
                "{}.{}",
                missing.class,
                missing.property.as_deref().unwrap_or("*")
            )
        })
        .collect();
    let missing = if missing.is_empty() {
        String::new()
    } else {
        format!(": {}", missing.join(", "))
    };
    format!("{}{missing}", outcome.verdict)
}

fn answer(host: &mut SimulatedHost, question: &str) -> String {
    let (kind, rest) = question.split_once(' ').unwrap_or((question, ""));
    let product = |product: &tasq::internals::fact::InstalledProduct| {
        let words = [product.name.as_deref(), product.version.as_deref()];
        words.into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    match kind {
        "file" => known(host.file(rest), facts),
        "folder" => known(host.folder(rest), facts),
        "key" => known(host.registry_key(rest), |()| "yes".to_owned()),
        "value" => {
            let (key, name) = rest.split_once('|').expect("value KEY|NAME");
            known(host.registry_value(key, name), |value| {
                format!("{} {}", value.kind, value.data.replace('\n', "|"))
            })
        }
        "product" => known(host.product(rest), product),
        "family" => known(host.products(rest), |all| {
            all.iter().map(product).collect::<Vec<_>>().join(" + ")
        }),
        "fact" => {
            let fact = Fact::of_name(rest).unwrap_or_else(|| panic!("no fact {rest}"));
            known(host.fact(fact), Clone::clone)
        }
        "env" => known(host.environment(rest), Clone::clone),
        "variable" => {
            let all = host.variables();
            let found = all
                .iter()
                .find(|(name, _)| name == rest)
                .map(|(_, value)| value.clone());
            found.unwrap_or_else(|| "none".to_owned())
        }
        "tpm" => query(host, "root\\CIMV2\\Security\\MicrosoftTPM", rest),
        "bitlocker" => query(
            host,
            "\\\\.\\root\\cimv2\\security\\MicrosoftVolumeEncryption",
            rest,
        ),
        "ccm" => query(host, "root/ccm", rest),
        "wmi" => query(host, "root\\cimv2", rest),
        "restart" => {
            let restarted = host.restart(rest == "winpe", "");
            restarted.expect("a described computer does as it is told");
            "done".to_owned()
        }
        other => panic!("no question `{other}`"),
    }
}

#[test]
fn machines_answer() {
    let mut failures = String::new();
    let mut rewrites = Rewrites::default();
    for case in cases_of("answers") {
        let mut host = SimulatedHost::new(machine(&case.title(), &text_of(&case)));
        let lines = case.section("answers").unwrap_or_default();
        assert!(!lines.is_empty(), "{}: no questions", case.title());
        let mut remade = lines.to_vec();
        for (line, new) in lines
            .iter()
            .zip(&mut remade)
            .filter(|(line, _)| !line.starts_with('#') && !line.trim().is_empty())
        {
            let (question, wanted) = line.split_once(" => ").unwrap_or((line, ""));
            let found = answer(&mut host, question.trim());
            if found != wanted.trim() {
                *new = format!("{} => {found}", question.trim());
                let _ = writeln!(
                    failures,
                    "{}\n  {} => {found}",
                    case.title(),
                    question.trim()
                );
            }
        }
        if remade != lines {
            rewrites.section(&case, "answers", remade);
        }
    }
    if cases::updates() {
        return rewrites.write();
    }
    assert!(failures.is_empty(), "{failures}");
}

// ---- schema and ready machines

/// A TOML value as JSON, dates as text.
fn json(value: &toml::Value) -> serde_json::Value {
    match value {
        toml::Value::Table(table) => table
            .iter()
            .map(|(key, value)| (key.clone(), json(value)))
            .collect(),
        toml::Value::Array(items) => items.iter().map(json).collect(),
        toml::Value::String(text) => text.as_str().into(),
        toml::Value::Integer(number) => (*number).into(),
        toml::Value::Float(number) => (*number).into(),
        toml::Value::Boolean(value) => (*value).into(),
        toml::Value::Datetime(date) => date.to_string().into(),
    }
}

fn schema() -> serde_json::Value {
    let text = fs::read_to_string(root().join("docs/schemas/machine.json")).expect("the schema");
    serde_json::from_str(&text).expect("the schema is JSON")
}

fn document(text: &str) -> serde_json::Value {
    json(&toml::Value::Table(toml::from_str(text).expect("TOML")))
}

#[test]
fn the_schema_fits_the_ready_machines() {
    let validator = jsonschema::validator_for(&schema()).expect("the schema is a schema");
    for (name, text) in examples() {
        machine(&name, &text);
        let document = document(&text);
        let errors: Vec<String> = validator
            .iter_errors(&document)
            .map(|error| format!("{error} at {}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
}

#[test]
fn the_schema_has_the_keys_of_the_parser() {
    let schema = schema();
    for (section, wanted) in keys::SECTIONS {
        let place = match *section {
            "" => schema["properties"].clone(),
            section => schema["$defs"][section]["properties"].clone(),
        };
        let own: BTreeSet<&str> = place
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, _)| key.as_str())
            .collect();
        let wanted: BTreeSet<&str> = wanted.iter().copied().collect();
        assert_eq!(own, wanted, "the keys of `{section}`");
    }
    let complete = &schema["properties"]["complete"]["items"]["enum"];
    let complete: BTreeSet<&str> = complete
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|word| word.as_str())
        .collect();
    assert_eq!(complete, keys::COMPLETE.iter().copied().collect());
}

#[test]
fn the_schema_refuses_what_the_parser_refuses() {
    let validator = jsonschema::validator_for(&schema()).expect("the schema is a schema");
    let mut open = Vec::new();
    for case in cases_of("refused") {
        let text = text_of(&case);
        let Ok(table) = toml::from_str::<toml::Table>(&text) else {
            continue;
        };
        if validator.is_valid(&json(&toml::Value::Table(table))) {
            open.push(case.name.clone());
        }
    }
    // A schema sees one value at a time, and no lists of names.
    let seen_by_the_parser_alone =
        |name: &String| name.contains("contradict") || name.contains("parser alone");
    let rest: Vec<&String> = open
        .iter()
        .filter(|name| !seen_by_the_parser_alone(name))
        .collect();
    assert!(rest.is_empty(), "{rest:?}");
}

#[test]
fn a_laptop_has_ten_lines() {
    let (_, text) = examples()
        .into_iter()
        .find(|(name, _)| name == "dell-laptop")
        .expect("the laptop");
    let lines = text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .count();
    assert!(lines <= 10, "{lines} lines");
}

/// What follows from the descriptions is enough for the queries of the console's own operating
/// systems, and for those of public sequences. One that asks for something else may stay undecided.
#[test]
fn queries_are_decided() {
    let mut queries: BTreeSet<String> = platforms()
        .iter()
        .flat_map(|known| known.platform.queries.clone())
        .collect();
    for sample in corpus::configmgr().into_iter().chain(corpus::mdt()) {
        let document = roxmltree::Document::parse(&sample.xml).expect("the corpus is XML");
        let names = document
            .descendants()
            .filter(|node| node.attribute("name") == Some("Query"));
        queries.extend(names.filter_map(|node| node.text()).map(str::to_owned));
    }
    let (mut decided, mut all, mut open) = (0, 0, String::new());
    for (name, text) in examples().into_iter().filter(|(name, _)| name != "unknown") {
        let host = SimulatedHost::new(machine(&name, &text));
        for query in &queries {
            let Some(parsed) = wql::parse(query).query else {
                continue;
            };
            all += 1;
            let outcome = wql::evaluate(&parsed, "root\\cimv2", &host);
            if outcome.verdict == wql::QueryVerdict::Undecided {
                let _ = writeln!(
                    open,
                    "{name}: {query}: {:?} {:?}",
                    outcome.missing, outcome.reason
                );
            } else {
                decided += 1;
            }
        }
    }
    println!("{decided} of {all} answers decided\n{open}");
    assert!(decided * 10 >= all * 9, "{decided} of {all}\n{open}");
}

/// Nothing is known of nothing.
#[test]
fn an_empty_file_decides_nothing() {
    let host = SimulatedHost::new(machine("empty", ""));
    for known in platforms() {
        for text in &known.platform.queries {
            let parsed = wql::parse(text).query.expect("a query");
            let outcome = wql::evaluate(&parsed, "root\\cimv2", &host);
            assert_eq!(outcome.verdict, wql::QueryVerdict::Undecided, "{text}");
        }
    }
    assert!(matches!(
        host.file("C:\\Windows\\explorer.exe"),
        Known::Unknown(_)
    ));
    assert!(matches!(host.folder("C:\\Windows"), Known::Unknown(_)));
    assert!(matches!(host.environment("windir"), Known::Unknown(_)));
}

// ---- facts

#[test]
fn descriptions_come_back() {
    for (name, text) in examples() {
        let first = machine(&name, &text);
        let written = write(&first);
        let again = machine(&name, &written);
        assert_eq!(write(&again), written, "{name}");
        assert_eq!(
            (
                &first.os,
                &first.winpe,
                &first.power,
                &first.firmware,
                &first.tpm,
                &first.network
            ),
            (
                &again.os,
                &again.winpe,
                &again.power,
                &again.firmware,
                &again.tpm,
                &again.network
            )
        );
        assert_eq!(
            (first.memory, first.disks, first.chassis),
            (again.memory, again.disks, again.chassis),
            "{name}"
        );
    }
}

/// A laptop as its kernel shows it.
const KERNEL: &[(&str, &str)] = &[
    ("/proc/sys/kernel/hostname", "lap-9\n"),
    ("/sys/class/dmi/id/sys_vendor", "Dell Inc.\n"),
    ("/sys/class/dmi/id/product_name", "Latitude \"7440\"\n"),
    (
        "/sys/class/dmi/id/product_serial",
        "To Be Filled By O.E.M.\n",
    ),
    (
        "/sys/class/dmi/id/product_uuid",
        "4c4c4544-0058-4b10-8032-b7c04f4c4d33\n",
    ),
    ("/sys/class/dmi/id/chassis_type", "10\n"),
    ("/sys/class/dmi/id/bios_date", "01/31/2024\n"),
    ("/sys/class/dmi/id/bios_version", "1.9.2\n"),
    (
        "/proc/meminfo",
        "MemTotal:       16123456 kB\nMemFree:  1 kB\n",
    ),
    (
        "/proc/cpuinfo",
        "model name\t: Intel(R) Core(TM) i7 CPU @ 2.20GHz\nphysical id\t: 0\ncpu cores\t: 4\nsiblings\t: 8\n",
    ),
    (
        "/etc/os-release",
        "NAME=\"Debian GNU/Linux\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12.4\"\n",
    ),
    ("/etc/locale.conf", "LANG=de_DE.UTF-8\n"),
    ("/sys/class/power_supply/AC/type", "Mains\n"),
    ("/sys/class/power_supply/AC/online", "0\n"),
    ("/sys/class/power_supply/BAT0/type", "Battery\n"),
    ("/sys/class/power_supply/BAT0/capacity", "61\n"),
    ("/sys/firmware/efi/fw_platform_size", "64\n"),
    (
        "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
        "\u{6}\u{0}\u{0}\u{0}\u{1}",
    ),
    ("/sys/class/tpm/tpm0/tpm_version_major", "2\n"),
    ("/sys/block/nvme0n1/size", "1000215216\n"),
    ("/sys/block/nvme0n1/device/model", "SAMSUNG MZVL2512\n"),
    ("/sys/block/loop0/size", "8\n"),
    ("/sys/class/net/lo/address", "00:00:00:00:00:00\n"),
    ("/sys/class/net/wlp0s20f3/address", "a4:b1:c1:22:33:44\n"),
    ("/sys/class/net/wlp0s20f3/carrier", "1\n"),
    ("/sys/class/net/wlp0s20f3/device/vendor", "0x8086\n"),
    ("/sys/class/net/wlp0s20f3/wireless/x", "\n"),
    ("/sys/class/net/docker0/address", "02:42:00:00:00:01\n"),
    (
        "/proc/net/route",
        "Iface Destination Gateway\nwlp0s20f3 00000000 012BA8C0 0003\nwlp0s20f3 002BA8C0 00000000 0001 0 0 0 00FFFFFF 0 0 0\n\
         docker0 000011AC 00000000 0001 0 0 0 0000FFFF 0 0 0\n",
    ),
    (
        "/proc/net/fib_trie",
        "Main:\n  |-- 127.0.0.1\n     /32 host LOCAL\n  |-- 172.17.0.1\n     /32 host LOCAL\n\
         |-- 192.168.43.10\n     /32 host LOCAL\n  |-- 192.168.43.255\n     /32 link BROADCAST\n\
         Local:\n  |-- 192.168.43.10\n     /32 host LOCAL\n",
    ),
    (
        "/proc/net/if_inet6",
        "fe8000000000000000fc00fffe000001 04 40 20 80 wlp0s20f3\n00000000000000000000000000000001 01 80 10 80 lo\n",
    ),
];

#[test]
fn facts_of_a_linux_computer() {
    let read = |path: &str| {
        KERNEL
            .iter()
            .find(|(name, _)| *name == path)
            .map(|(_, text)| (*text).to_owned())
    };
    let list = |folder: &str| -> Vec<String> {
        let start = format!("{folder}/");
        let below = KERNEL
            .iter()
            .filter_map(|(name, _)| name.strip_prefix(&start)?.split('/').next());
        below
            .map(str::to_owned)
            .collect::<BTreeSet<String>>()
            .into_iter()
            .collect()
    };
    let linux = Linux {
        read: &read,
        list: &list,
        architecture: "x86_64",
        root: Some((1 << 38, 1 << 36)),
    };
    let text = write(&machine_of_linux(&linux));
    insta::assert_snapshot!("facts_of_linux", text);
    let again = machine("facts", &text);
    assert_eq!(write(&again), text);
    // Of a computer that shows nothing, nothing is said.
    let nothing = Linux {
        read: &|_| None,
        list: &|_| Vec::new(),
        architecture: "riscv64",
        root: None,
    };
    let text = write(&machine_of_linux(&nothing));
    assert_eq!(text, "\n[os]\nname = \"Linux\"\n");
    machine("nothing", &text);
}

/// The verb itself, on the computer that runs the tests.
#[test]
#[cfg(target_os = "linux")]
fn facts_of_this_computer_are_a_machine_file() {
    let tasq = || std::process::Command::new(env!("CARGO_BIN_EXE_tasq"));
    let out = tasq().arg("facts").output().expect("the program runs");
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    let text = String::from_utf8(out.stdout).expect("it is text");
    assert!(machine("facts", &text).os.is_some());
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("this.toml");
    let status = tasq()
        .arg("facts")
        .arg("-o")
        .arg(&path)
        .status()
        .expect("the program runs");
    assert!(status.success());
    machine(
        "this.toml",
        &fs::read_to_string(&path).expect("it was written"),
    );
}

/// What WMI and the registry of a described computer would tell of it.
fn told_by_windows(machine: &Machine) -> Machine {
    let rows = |namespace: &str, class: &str| match machine
        .classes(false)
        .get(&(namespace.into(), class.to_lowercase()))
    {
        // A row of which nothing is known stands for those that a description cannot have.
        Some(rows) => ClassFacts::Rows(
            rows.iter()
                .filter(|row| **row != Row::new())
                .cloned()
                .collect(),
        ),
        None => ClassFacts::Unknown,
    };
    let uefi = machine.firmware.uefi;
    let registry = |_: &str, value: &str| match value {
        "PEFirmwareType" => uefi.map(|uefi| if uefi { "2" } else { "1" }.to_owned()),
        "UEFISecureBootEnabled" => machine
            .firmware
            .secure_boot
            .map(|on| u8::from(on).to_string()),
        _ => None,
    };
    machine_of_windows(&rows, &registry)
}

/// What both descriptions of a computer have.
fn compared(machine: &Machine) -> impl PartialEq + std::fmt::Debug + use<> {
    let names = (
        machine.name.clone(),
        machine.make.clone(),
        machine.model.clone(),
        machine.family.clone(),
    );
    let numbers = (
        machine.serial_number.clone(),
        machine.asset_tag.clone(),
        machine.uuid.clone(),
    );
    let parts = (
        machine.memory,
        machine.memory_modules.clone(),
        machine.board.clone(),
        machine.chassis.clone(),
    );
    let os = machine.os.clone().map(|os| {
        (
            os.name, os.edition, os.release, os.version, os.build, os.sku,
        )
    });
    (
        names,
        numbers,
        parts,
        os,
        machine.domain.clone(),
        machine.firmware.clone(),
        machine.disks.clone(),
    )
}

fn addresses(machine: &Machine) -> Vec<Option<String>> {
    machine
        .network
        .iter()
        .flatten()
        .map(|adapter| adapter.mac.clone())
        .collect()
}

/// What WMI would tell of the described computers describes them again.
#[test]
fn facts_of_a_windows_computer() {
    for (name, text) in examples() {
        let machine = machine(&name, &text);
        if !machine.os.as_ref().is_some_and(|os| os.windows) {
            continue;
        }
        let again = told_by_windows(&machine);
        assert_eq!(compared(&again), compared(&machine), "{name}");
        assert_eq!(addresses(&again), addresses(&machine), "{name}");
        let text = write(&again);
        assert_eq!(write(&self::machine(&name, &text)), text, "{name}");
    }
    let nothing = machine_of_windows(&|_, _| ClassFacts::Unknown, &|_, _| None);
    machine("nothing", &write(&nothing));
}
