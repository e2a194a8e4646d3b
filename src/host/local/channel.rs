//! How a script that a step started reads and sets variables of its run.
//!
//! A server on the loopback address, with a secret of 128 bits that only the step's processes get,
//! in their environment: it works the same on every system, is there while a step's process runs,
//! keeps nothing in a file, and ends with the run. One request a connection: a line of JSON each
//! way.

use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use ring::rand::{SecureRandom as _, SystemRandom};
use serde::{Deserialize, Serialize};

use super::files;
use crate::computer::RunVariable;

/// The environment variable with the address and the secret.
pub const RUN: &str = "TASQ_RUN";
/// The longest request or answer.
const MAX_LINE: u64 = 32 * 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(30);

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

#[derive(Serialize, Deserialize)]
struct ChannelCall {
    key: String,
    ask: Request,
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
                for stream in listener.incoming().flatten() {
                    let (shared, key) = (Arc::clone(&shared), key.clone());
                    // A connection that says nothing must not keep others waiting.
                    let _ = thread::Builder::new().spawn(move || serve(stream, &shared, &key));
                }
            })?;
        Ok(channel)
    }

    /// Opens for a step's process; what its environment gets.
    pub(super) fn open(&self, variables: Vec<RunVariable>) -> Vec<(String, std::ffi::OsString)> {
        let mut shared = lock(&self.shared);
        shared.variables = variables;
        shared.set.clear();
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
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut line = String::new();
    BufReader::new(stream.try_clone()?.take(MAX_LINE)).read_line(&mut line)?;
    let answer = match serde_json::from_str::<ChannelCall>(&line) {
        // Hashes are compared: how much of the key was right is nobody's business.
        Ok(asked) if files::sha256(asked.key.as_bytes()) == files::sha256(key.as_bytes()) => {
            answer(&mut lock(shared), asked.ask)
        }
        _ => ChannelReply::Refused("this is not the key of the run".to_owned()),
    };
    let mut text = serde_json::to_string(&answer).unwrap_or_default();
    text.push('\n');
    stream.write_all(text.as_bytes())
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
        let mut stream = TcpStream::connect_timeout(&self.address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut text = serde_json::to_string(&ChannelCall {
            key: self.key.clone(),
            ask,
        })
        .map_err(io::Error::other)?;
        text.push('\n');
        stream.write_all(text.as_bytes())?;
        let mut line = String::new();
        BufReader::new(stream.take(MAX_LINE)).read_line(&mut line)?;
        serde_json::from_str(&line).map_err(io::Error::other)
    }
}
