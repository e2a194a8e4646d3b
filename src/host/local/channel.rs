//! How a script that a step started reads and sets variables of its run.
//!
//! A server on the loopback address, with a secret of 128 bits that only the step's processes get,
//! in their environment: it works the same on every system, is there while a step's process runs,
//! keeps nothing in a file, and ends with the run. One request a connection: the key and a line of
//! JSON, and a line back. Of whoever does not begin with the key nothing more is read.

use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use ring::rand::{SecureRandom as _, SystemRandom};
use serde::{Deserialize, Serialize};

use super::files;
use crate::computer::RunVariable;

/// The environment variable with the address and the secret.
pub const RUN: &str = "TASQ_RUN";
/// The longest answer: all variables of a run.
const MAX_ANSWER: u64 = 32 * 1024 * 1024;
/// The longest request of somebody who has the key.
const MAX_REQUEST: u64 = 1024 * 1024;
/// Most bytes that the scripts of one step may set.
const MAX_SET: usize = 4 * 1024 * 1024;
/// Most connections at a time; more are closed unheard.
const MAX_CONNECTIONS: usize = 16;
const PATIENCE: Duration = Duration::from_secs(30);
const A_MOMENT: Duration = Duration::from_millis(50);
/// How long somebody asks again who was closed unheard.
const BUSY: Duration = Duration::from_secs(10);
/// How long the key may take to come: nobody types it.
const KEY_PATIENCE: Duration = Duration::from_secs(3);

/// What a script asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// The value of a variable.
    Get(String),
    /// Sets a variable; an empty value deletes it.
    Set(String, String),
    /// The names of all variables, with values that may be shown.
    List,
}

/// What it is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelReply {
    /// The value; none for a variable that is not there.
    Value(Option<String>),
    /// It is set.
    Done,
    /// Names and values; no value for one that is masked.
    Variables(Vec<(String, Option<String>)>),
    /// Why not.
    Refused(String),
}

#[derive(Default)]
struct ChannelState {
    /// Whether a step's process runs.
    open: bool,
    variables: Vec<RunVariable>,
    set: Vec<(String, String)>,
    /// Bytes of what was set.
    bytes: usize,
    /// Whether a name may not be set.
    read_only: Option<fn(&str) -> bool>,
}

/// The run's side.
#[derive(Clone)]
#[allow(missing_debug_implementations, reason = "it holds the secret")]
pub struct Channel {
    shared: Arc<Mutex<ChannelState>>,
    address: SocketAddr,
    key: String,
}

impl Channel {
    /// Begins to listen.
    ///
    /// # Errors
    /// There is no loopback address, or no randomness.
    pub fn listen(read_only: fn(&str) -> bool) -> io::Result<Channel> {
        let mut bytes = [0; 16];
        SystemRandom::new()
            .fill(&mut bytes)
            .map_err(|_| io::Error::other("the system gives no random numbers"))?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Mutex::new(ChannelState {
            read_only: Some(read_only),
            ..ChannelState::default()
        }));
        let channel = Channel {
            shared: Arc::clone(&shared),
            address,
            key: files::hex(&bytes),
        };
        let key = channel.key.clone();
        thread::Builder::new()
            .name("variables".to_owned())
            .spawn(move || {
                // Each holds one of these while it is served.
                let place = Arc::new(());
                for stream in listener.incoming() {
                    let Ok(stream) = stream else {
                        // Where the system can open nothing more, it can a little later.
                        thread::sleep(A_MOMENT);
                        continue;
                    };
                    if Arc::strong_count(&place) > MAX_CONNECTIONS {
                        continue;
                    }
                    let (shared, key) = (Arc::clone(&shared), key.clone());
                    let held = Arc::clone(&place);
                    // A connection that says nothing must not keep others waiting.
                    let _ = thread::Builder::new().spawn(move || {
                        let _ = serve(stream, &shared, &key);
                        drop(held);
                    });
                }
            })?;
        Ok(channel)
    }

    /// Opens for a step's process; what its environment gets.
    pub(super) fn open(&self, variables: Vec<RunVariable>) -> Vec<(String, std::ffi::OsString)> {
        let mut shared = lock(&self.shared);
        shared.variables = variables;
        shared.set.clear();
        shared.bytes = 0;
        shared.open = true;
        vec![(
            RUN.to_owned(),
            format!("{}/{}", self.address, self.key).into(),
        )]
    }

    /// Closes after the process; what was set, in order.
    pub(super) fn close(&self) -> Vec<(String, String)> {
        let mut shared = lock(&self.shared);
        shared.open = false;
        shared.variables.clear();
        std::mem::take(&mut shared.set)
    }
}

fn lock(shared: &Mutex<ChannelState>) -> MutexGuard<'_, ChannelState> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(mut stream: TcpStream, shared: &Mutex<ChannelState>, key: &str) -> io::Result<()> {
    stream.set_write_timeout(Some(PATIENCE))?;
    let answer = if has_key(&mut stream, key)? {
        stream.set_read_timeout(Some(PATIENCE))?;
        asked(&stream, shared)?
    } else {
        ChannelReply::Refused("this is not the key of the run".to_owned())
    };
    let mut text = serde_json::to_string(&answer).unwrap_or_default();
    text.push('\n');
    stream.write_all(text.as_bytes())
}

/// Reads as many bytes as the key has, and no more of a stranger: whether they are the key.
fn has_key(stream: &mut TcpStream, key: &str) -> io::Result<bool> {
    let end = Instant::now() + KEY_PATIENCE;
    let mut given = vec![0; key.len()];
    let mut have = 0;
    while let Some(free) = given.get_mut(have..).filter(|free| !free.is_empty()) {
        let Some(rest) = end.checked_duration_since(Instant::now()) else {
            return Ok(false);
        };
        stream.set_read_timeout(Some(rest.max(Duration::from_millis(1))))?;
        match stream.read(free) {
            Ok(count) if count > 0 => have += count,
            _ => return Ok(false),
        }
        // A shorter key, and the line that follows it, have come whole.
        if given.contains(&b'\n') {
            return Ok(false);
        }
    }
    // Hashes are compared: how much of the key was right is nobody's business.
    Ok(files::sha256(&given) == files::sha256(key.as_bytes()))
}

/// The answer to the line behind the key.
fn asked(stream: &TcpStream, shared: &Mutex<ChannelState>) -> io::Result<ChannelReply> {
    let mut line = String::new();
    let mut reader = BufReader::new(stream.try_clone()?.take(MAX_REQUEST + 1));
    reader.read_line(&mut line)?;
    if line.len() as u64 > MAX_REQUEST {
        return Ok(too_long());
    }
    Ok(match serde_json::from_str::<Request>(&line) {
        Ok(ask) => answer(&mut lock(shared), ask),
        Err(error) => ChannelReply::Refused(format!("this is no request: {error}")),
    })
}

fn too_long() -> ChannelReply {
    ChannelReply::Refused(format!("a request has at most {MAX_REQUEST} bytes"))
}

fn answer(shared: &mut ChannelState, ask: Request) -> ChannelReply {
    if !shared.open {
        return ChannelReply::Refused("no step of the run has a process now".to_owned());
    }
    let same = |own: &RunVariable, name: &str| own.name.eq_ignore_ascii_case(name.trim());
    match ask {
        Request::Get(name) => {
            let found = shared.variables.iter().find(|own| same(own, &name));
            ChannelReply::Value(found.map(|own| own.value.clone()))
        }
        Request::List => {
            let shown =
                |own: &RunVariable| (own.name.clone(), (!own.masked).then(|| own.value.clone()));
            ChannelReply::Variables(shared.variables.iter().map(shown).collect())
        }
        Request::Set(name, _) if shared.read_only.is_some_and(|is| is(&name)) => {
            ChannelReply::Refused(format!("{} is read-only", name.trim()))
        }
        Request::Set(name, _) if !is_name(name.trim()) => {
            ChannelReply::Refused(format!("\"{name}\" is no name of a variable"))
        }
        Request::Set(name, value) => {
            shared.bytes = shared.bytes.saturating_add(name.len() + value.len());
            if shared.bytes > MAX_SET {
                let why = format!("the scripts of a step set at most {MAX_SET} bytes");
                return ChannelReply::Refused(why);
            }
            let name = name.trim().to_owned();
            shared.variables.retain(|own| !same(own, &name));
            if !value.is_empty() {
                shared.variables.push(RunVariable {
                    name: name.clone(),
                    value: value.clone(),
                    masked: false,
                });
            }
            shared.set.push((name, value));
            ChannelReply::Done
        }
    }
}

/// Letters, digits, `_` and `-`, beginning with a letter, at most 256.
fn is_name(name: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    name.len() <= 256
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(good)
}

/// A script's side.
#[derive(Clone)]
#[allow(missing_debug_implementations, reason = "it holds the secret")]
pub struct ChannelClient {
    address: SocketAddr,
    key: String,
}

impl ChannelClient {
    /// From the value of [`RUN`].
    pub fn new(run: &str) -> Option<ChannelClient> {
        let (address, key) = run.split_once('/')?;
        let address: SocketAddr = address.parse().ok()?;
        address.ip().is_loopback().then(|| ChannelClient {
            address,
            key: key.to_owned(),
        })
    }

    /// Asks the run.
    ///
    /// # Errors
    /// The run is gone.
    pub fn ask(&self, ask: Request) -> io::Result<ChannelReply> {
        let ask = serde_json::to_string(&ask).map_err(io::Error::other)?;
        // The run would not hear it to its end, and its answer could be lost.
        if ask.len() as u64 >= MAX_REQUEST {
            return Ok(too_long());
        }
        let text = format!("{}{ask}\n", self.key);
        let end = Instant::now() + BUSY;
        loop {
            match self.once(&text) {
                Err(error) if is_unheard(&error) && Instant::now() < end => {
                    thread::sleep(A_MOMENT);
                }
                line => return serde_json::from_str(&line?).map_err(io::Error::other),
            }
        }
    }

    /// Sends a request once; what comes back.
    fn once(&self, text: &str) -> io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&self.address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(text.as_bytes())?;
        let mut line = String::new();
        BufReader::new(stream.take(MAX_ANSWER)).read_line(&mut line)?;
        match line.is_empty() {
            true => Err(io::ErrorKind::UnexpectedEof.into()),
            false => Ok(line),
        }
    }
}

/// Whether the run closed a connection before it heard anything, as it does with those that are too
/// many.
fn is_unheard(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    let kinds = [
        BrokenPipe,
        ConnectionAborted,
        ConnectionReset,
        UnexpectedEof,
    ];
    kinds.contains(&error.kind())
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test stops with a message")]
mod tests {
    use super::*;

    fn opened() -> (Channel, ChannelClient) {
        let channel = Channel::listen(|name| name.starts_with('_')).expect("a loopback address");
        let environment = channel.open(Vec::new());
        let run = environment[0].1.to_str().expect("text").to_owned();
        (
            channel,
            ChannelClient::new(&run).expect("an address and a key"),
        )
    }

    #[test]
    fn of_a_stranger_nothing_is_read_behind_the_key() {
        let (channel, client) = opened();
        let mut stranger = TcpStream::connect(channel.address).expect("it listens");
        // Far more than the buffers of a connection hold.
        let sent = stranger.write_all(&vec![b'x'; 31 << 20]);
        let mut answer = String::new();
        let read = stranger.read_to_string(&mut answer);
        assert!(sent.is_err() || read.is_err() || answer.contains("not the key"));
        let set = Request::Set("Name".to_owned(), "value".to_owned());
        assert_eq!(client.ask(set).expect("an answer"), ChannelReply::Done);
        assert_eq!(channel.close(), [("Name".to_owned(), "value".to_owned())]);
    }

    #[test]
    fn connections_that_say_nothing_are_few() {
        let (channel, client) = opened();
        let quiet: Vec<TcpStream> = (0..MAX_CONNECTIONS + 4)
            .map(|_| TcpStream::connect(channel.address).expect("it listens"))
            .collect();
        // The last of them are closed at once, and with them gone others are served again.
        let mut closed = 0;
        for mut stream in quiet {
            let mut byte = [0];
            closed += usize::from(!matches!(stream.read(&mut byte), Ok(1)));
        }
        assert!(closed >= 4, "{closed} were closed unheard");
        assert!(client.ask(Request::List).is_ok());
    }

    #[test]
    fn what_the_scripts_of_a_step_set_has_a_limit() {
        let (channel, client) = opened();
        let half = "x".repeat(MAX_REQUEST as usize / 2);
        let set = |name: usize| Request::Set(format!("Name{name}"), half.clone());
        let answers = (0..10).map(|name| client.ask(set(name)).expect("an answer"));
        let refused = |answer: &ChannelReply| matches!(answer, ChannelReply::Refused(_));
        assert_eq!(answers.filter(refused).count(), 10 - 7);
        assert_eq!(channel.close().len(), 7);
        let long = "x".repeat(MAX_REQUEST as usize);
        let long = client.ask(Request::Set("Long".to_owned(), long));
        assert!(matches!(long, Ok(ChannelReply::Refused(_)) | Err(_)));
    }
}
