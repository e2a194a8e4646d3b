//! Any text as what is typed at the prompt.
//!
//! `fuzz/run.sh prompt 3600`

#![no_main]

use std::rc::Rc;

use libfuzzer_sys::fuzz_target;
use tasq::internals::{
    repl::{OpenedFile, Session, SessionDisk, SessionSettings, candidates, entries, hint, tones},
    source::{Files, NoFiles},
};

/// A folder with one source and one machine file; what is written is forgotten.
struct Little;

impl SessionDisk for Little {
    fn open(&self, path: &str) -> Result<OpenedFile, String> {
        let bytes: &[u8] = match path {
            "lab.tasq" => {
                b"let a = \"x\"\ngroup \"G\" when A == a {\n\
                step \"S\" run_command_line < \"cmd.exe /c exit 3\" >\n}\n"
            }
            "pc.toml" => b"assume = \"complete\"\n[computer]\nname = \"PC1\"\n",
            _ => return Err("no such file".to_owned()),
        };
        Ok(OpenedFile {
            name: path.to_owned(),
            inner: path.to_owned(),
            bytes: bytes.to_vec(),
            files: self.here(),
        })
    }

    fn exists(&self, path: &str) -> bool {
        self.open(path).is_ok()
    }

    fn write(&mut self, _path: &str, _text: &str) -> Result<(), String> {
        Ok(())
    }

    fn list(&self, _folder: &str) -> Vec<(String, bool)> {
        vec![
            ("lab.tasq".to_owned(), false),
            ("pc.toml".to_owned(), false),
        ]
    }

    fn here(&self) -> Rc<dyn Files> {
        Rc::new(NoFiles)
    }
}

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let mut session = Session::new(SessionSettings::default(), Box::new(Little));
    for entry in entries(&text) {
        let _ = candidates(&mut session, &entry, entry.len() / 2);
        let _ = candidates(&mut session, &entry, entry.len());
        let _ = hint(&mut session, &entry);
        let end = tones(&entry).last().map_or(0, |(range, _)| range.end);
        assert!(end <= entry.len(), "tones lie inside of the entry");
        let answer = session.enter(&entry);
        let whole = answer.text.is_empty() || answer.text.ends_with('\n');
        assert!(whole, "an answer ends with its line: {:?}", answer.text);
        if answer.quit {
            break;
        }
    }
});
