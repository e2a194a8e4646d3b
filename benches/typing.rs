//! From a keystroke to the findings: types and deletes single characters in generated sources
//! through the language server, in process, and prints how long each took. Asserts the limits only
//! when `TASQ_BENCH_ASSERT` is set, since a clock on a shared machine proves nothing.
//!
//! `cargo bench --bench typing`

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a bench prints its table and may stop"
)]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use lsp_server::{Connection, Message, Notification, Request, RequestId};
use serde_json::{Value, json};
use tasq::internals::lsp::{Project, serve};

#[path = "support/generate.rs"]
mod generate;

const URI: &str = "file:///lab/lab.tasq";

/// Steps, keystrokes, and the limit of the 95th percentile in milliseconds.
const ROWS: [(usize, usize, f64); 3] = [(30, 400, 20.0), (300, 400, 20.0), (5_000, 200, 100.0)];

/// What is asked after every tenth key.
const ASKED: [&str; 5] = [
    "textDocument/completion",
    "textDocument/hover",
    "textDocument/semanticTokens/full",
    "textDocument/semanticTokens/range",
    "textDocument/documentSymbol",
];

struct Nothing;

impl Project for Nothing {
    fn locate(&self, path: &str) -> (String, String) {
        (
            "/lab".to_owned(),
            path.trim_start_matches("/lab/").to_owned(),
        )
    }

    fn read(&self, _root: &str, _path: &str) -> Result<Vec<u8>, String> {
        Err("no file".to_owned())
    }

    fn list(&self, _root: &str) -> Vec<String> {
        Vec::new()
    }
}

struct Client {
    connection: Connection,
    version: i32,
}

impl Client {
    fn send(&self, method: &str, params: Value) {
        let message = Notification {
            method: method.to_owned(),
            params,
        };
        self.connection
            .sender
            .send(message.into())
            .expect("the server listens");
    }

    fn request(&self, method: &str, params: Value) {
        let id = RequestId::from(self.version + 1_000_000);
        let request = Request {
            id,
            method: method.to_owned(),
            params,
        };
        self.connection
            .sender
            .send(request.into())
            .expect("the server listens");
    }

    /// Waits for the findings of the present version.
    fn findings(&self) -> usize {
        loop {
            let message = self
                .connection
                .receiver
                .recv_timeout(Duration::from_secs(60))
                .expect("an answer");
            if let Message::Notification(one) = message
                && one.method == "textDocument/publishDiagnostics"
                && one.params["version"] == json!(self.version)
            {
                return one.params["diagnostics"].as_array().map_or(0, Vec::len);
            }
        }
    }

    /// Replaces a range by a text; gives the seconds until the findings were there.
    fn change(&mut self, line: u32, from: u32, to: u32, text: &str) -> f64 {
        self.version += 1;
        let range = json!({ "start": { "line": line, "character": from }, "end": { "line": line, "character": to } });
        let begin = Instant::now();
        self.send(
            "textDocument/didChange",
            json!({ "textDocument": { "uri": URI, "version": self.version }, "contentChanges": [{ "range": range, "text": text }] }),
        );
        self.findings();
        begin.elapsed().as_secs_f64()
    }

    /// The seconds until a request about a place is answered.
    fn answer(&mut self, method: &str, line: u32, character: u32) -> f64 {
        let begin = Instant::now();
        self.version += 1;
        let range = json!({ "start": { "line": line, "character": 0 }, "end": { "line": line + 60, "character": 0 } });
        self.request(
            method,
            json!({
                "textDocument": { "uri": URI },
                "position": { "line": line, "character": character },
                "range": range,
            }),
        );
        loop {
            let message = self
                .connection
                .receiver
                .recv_timeout(Duration::from_secs(60))
                .expect("an answer");
            if matches!(message, Message::Response(_)) {
                return begin.elapsed().as_secs_f64();
            }
        }
    }
}

fn start() -> Client {
    let (server, client) = Connection::memory();
    std::thread::spawn(move || serve(&server, Arc::new(Nothing)));
    let request = Request {
        id: RequestId::from(1),
        method: "initialize".to_owned(),
        params: json!({ "capabilities": {} }),
    };
    client
        .sender
        .send(request.into())
        .expect("the server listens");
    client
        .receiver
        .recv_timeout(Duration::from_secs(60))
        .expect("an answer");
    let client = Client {
        connection: client,
        version: 1,
    };
    client.send("initialized", json!({}));
    client
}

/// Seconds that the threads of this process have worked; 0 where the system does not tell. On a
/// busy machine it says more than a clock.
fn processor() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = text
        .rsplit(')')
        .next()
        .unwrap_or("")
        .split_whitespace()
        .skip(11)
        .take(2);
    fields
        .map(|field| field.parse::<f64>().unwrap_or(0.0))
        .sum::<f64>()
        / 100.0
}

fn percentile(sorted: &[f64], part: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * part).round() as usize] * 1e3
}

fn main() {
    println!(
        "{:>7} {:>9} {:>6} {:>9} {:>9} {:>9} {:>7} {:>9} {:>11} {:>9} {:>9} {:>9} {:>9}",
        "steps",
        "source",
        "keys",
        "median",
        "95 %",
        "most",
        "limit",
        "processor",
        "completion",
        "hover",
        "tokens",
        "on screen",
        "outline"
    );
    for (steps, keys, limit) in ROWS {
        let source = generate::sequence(steps);
        let mut client = start();
        let document = json!({ "uri": URI, "languageId": "tasq", "version": 1, "text": source });
        client.send("textDocument/didOpen", json!({ "textDocument": document }));
        client.findings();
        let lines: Vec<&str> = source.lines().collect();
        let mut times = Vec::new();
        let mut busy = 0.0;
        let mut answers: [Vec<f64>; 5] = Default::default();
        let mut seed = 7_u32;
        while times.len() < keys {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let line = (seed >> 8) as usize % lines.len();
            let length = lines[line].encode_utf16().count() as u32;
            let column = (seed >> 3) % (length + 1);
            let text = ["a", "\"", "<", " ", "%", "1"][(seed >> 20) as usize % 6];
            let before = processor();
            times.push(client.change(line as u32, column, column, text));
            busy += processor() - before;
            if times.len() % 10 == 1 {
                for (method, times) in ASKED.iter().zip(&mut answers) {
                    times.push(client.answer(method, line as u32, column + 1));
                }
            }
            let before = processor();
            times.push(client.change(line as u32, column, column + 1, ""));
            busy += processor() - before;
        }
        times.sort_by(f64::total_cmp);
        answers
            .iter_mut()
            .for_each(|times| times.sort_by(f64::total_cmp));
        let asked: Vec<String> = answers
            .iter()
            .map(|times| format!("{:>7.2}ms", percentile(times, 0.95)))
            .collect();
        let worst = percentile(&times, 0.95);
        println!(
            "{steps:>7} {:>7.2}MB {keys:>6} {:>7.2}ms {worst:>7.2}ms {:>7.2}ms {limit:>5.0}ms {:>7.2}ms   {}",
            source.len() as f64 / 1e6,
            percentile(&times, 0.5),
            percentile(&times, 1.0),
            busy / times.len() as f64 * 1e3,
            asked.join(" "),
        );
        assert!(
            std::env::var_os("TASQ_BENCH_ASSERT").is_none() || worst < limit,
            "{steps} steps: {worst} ms"
        );
    }
    println!(
        "processor: what all threads worked for a key, on average\nfrom the change of one character to its findings, and (95 %) from a request to its answer: completion, hover, colours of\n         the whole text and of 60 lines, outline"
    );
}
