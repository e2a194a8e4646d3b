//! One file over HTTP(S): a download that was cut off goes on where it was.

use std::{
    fs,
    io::{Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use ureq::{Agent, Body, http::Response};

use super::{
    files,
    trust::{ServerRefusal, refused},
};

/// What is downloaded.
pub(super) struct Download<'a> {
    pub url: &'a str,
    pub target: &'a Path,
    pub size: Option<u64>,
    pub sha256: Option<&'a str>,
    pub retries: u32,
    pub delay: Duration,
    /// The time in which a server must send [`LEAST`] bytes.
    pub window: Duration,
}

/// Most bytes of a file of which the site file says no size.
const MAX_SIZE: u64 = 64 * 1024 * 1024 * 1024;

/// Fewer bytes in a window are a trickle, which could go on for ever.
const LEAST: u64 = 64 * 1024;

/// What happens meanwhile.
pub(super) enum Heard {
    /// So many bytes of so many.
    Progress(u64, Option<u64>),
    /// It failed and is tried again.
    Again(String),
}

/// Why one try failed.
enum FetchFault {
    /// Another try may do better.
    Passing(String),
    /// It will not.
    Lasting(String),
    /// Nobody is known who signed the server's certificate.
    UnknownIssuer(String),
}

impl From<ureq::Error> for FetchFault {
    fn from(error: ureq::Error) -> Self {
        match refused(&error) {
            ServerRefusal {
                why,
                unknown_issuer: true,
                ..
            } => FetchFault::UnknownIssuer(why),
            ServerRefusal {
                why, passing: true, ..
            } => FetchFault::Passing(why),
            ServerRefusal { why, .. } => FetchFault::Lasting(why),
        }
    }
}

/// Downloads a file whole or not at all; what was cut off waits beside it as `.part`.
///
/// # Errors
/// A sentence with the URL, after the last try.
pub(super) fn fetch(
    agents: &[Agent],
    wanted: &Download<'_>,
    hear: &mut dyn FnMut(Heard) -> bool,
) -> Result<(), String> {
    let part = part_of(wanted.target);
    if let Some(folder) = wanted.target.parent() {
        fs::create_dir_all(folder)
            .map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    }
    // Without a hash nobody can tell whether an old part belongs to today's file.
    if wanted.sha256.is_none() {
        let _ = fs::remove_file(&part);
    }
    let Some((mut agent, others)) = agents.split_first() else {
        return Err(format!("{}: nobody asks", wanted.url));
    };
    let mut others = others.iter();
    let mut tag = None;
    let mut tries = 0;
    loop {
        let had = fs::metadata(&part).map_or(0, |data| data.len());
        let done =
            attempt(agent, wanted, &part, &mut tag, hear).and_then(|()| check(wanted, &part));
        let why = match done {
            Ok(()) => {
                return fs::rename(&part, wanted.target)
                    .map_err(|error| format!("cannot write {}: {error}", wanted.target.display()));
            }
            Err(FetchFault::UnknownIssuer(why)) => match others.next() {
                Some(other) => {
                    agent = other;
                    continue;
                }
                None => return Err(format!("{}: {why}", wanted.url)),
            },
            Err(FetchFault::Lasting(why)) => return Err(format!("{}: {why}", wanted.url)),
            Err(FetchFault::Passing(why)) => why,
        };
        // As long as something comes, it goes on.
        let has = fs::metadata(&part).map_or(0, |data| data.len());
        let more = has >= had.saturating_add(LEAST);
        tries = if more { 1 } else { tries + 1 };
        if tries > wanted.retries {
            return Err(format!("{}: {why}", wanted.url));
        }
        if !hear(Heard::Again(why)) {
            return Err(format!("{}: cancelled", wanted.url));
        }
        if !wait(wanted.delay, hear) {
            return Err(format!("{}: cancelled", wanted.url));
        }
    }
}

fn wait(delay: Duration, hear: &mut dyn FnMut(Heard) -> bool) -> bool {
    let end = Instant::now() + delay;
    while let Some(rest) = end.checked_duration_since(Instant::now()) {
        std::thread::sleep(rest.min(Duration::from_millis(500)));
        if !hear(Heard::Progress(0, None)) {
            return false;
        }
    }
    true
}

fn part_of(target: &Path) -> PathBuf {
    let mut name = target.file_name().unwrap_or_default().to_os_string();
    name.push(".part");
    target.with_file_name(name)
}

/// The part of a file that is there.
struct PartFile<'a> {
    path: &'a Path,
    file: fs::File,
    have: u64,
}

impl<'a> PartFile<'a> {
    fn open(path: &'a Path) -> Result<Self, FetchFault> {
        let opened = fs::OpenOptions::new().create(true).append(true).open(path);
        let file = opened.map_err(|error| unwritable(path, &error))?;
        let data = file.metadata().map_err(|error| unwritable(path, &error))?;
        let have = data.len();
        Ok(PartFile { path, file, have })
    }

    fn empty(&mut self) -> Result<(), FetchFault> {
        self.file
            .set_len(0)
            .and_then(|()| self.file.seek(SeekFrom::Start(0)))
            .map_err(|error| unwritable(self.path, &error))?;
        self.have = 0;
        Ok(())
    }

    /// Asks for what is not there yet. The tag is that of the file of which it is a part.
    fn request_rest(
        &self,
        agent: &Agent,
        url: &str,
        tag: Option<&str>,
    ) -> Result<Response<Body>, FetchFault> {
        let mut request = agent.get(url).header("Accept-Encoding", "identity");
        if self.have > 0 {
            request = request.header("Range", format!("bytes={}-", self.have));
            if let Some(tag) = tag {
                request = request.header("If-Range", tag);
            }
        }
        Ok(request.call()?)
    }

    /// Gets ready for what follows a status; an error where nothing does.
    fn heed_status(&mut self, status: u16) -> Result<(), FetchFault> {
        match status {
            206 => Ok(()),
            // The whole file: the server knows no ranges, or has another file by now.
            200 => self.empty(),
            416 => {
                self.empty()?;
                Err(FetchFault::Passing(
                    "the server has less than was downloaded; from the start".to_owned(),
                ))
            }
            408 | 425 | 429 | 500..=599 => {
                Err(FetchFault::Passing(format!("the server answers {status}")))
            }
            _ => Err(FetchFault::Lasting(format!("the server answers {status}"))),
        }
    }

    /// Writes what comes until nothing more does. The file has `whole` bytes, if that is known.
    fn receive_rest(
        &mut self,
        body: &mut Body,
        wanted: &Download<'_>,
        whole: Option<u64>,
        hear: &mut dyn FnMut(Heard) -> bool,
    ) -> Result<(), FetchFault> {
        let mut reader = body.with_config().limit(u64::MAX).reader();
        let mut buffer = vec![0; 64 * 1024];
        let (mut since, mut came) = (Instant::now(), 0);
        loop {
            let count = reader
                .read(&mut buffer)
                .map_err(|error| FetchFault::Passing(error.to_string()))?;
            if count == 0 {
                break;
            }
            self.file
                .write_all(buffer.get(..count).unwrap_or(&[]))
                .map_err(|error| unwritable(self.path, &error))?;
            self.have += count as u64;
            if self.have > wanted.size.unwrap_or(MAX_SIZE) {
                let _ = fs::remove_file(self.path);
                return Err(too_large(wanted));
            }
            came += count as u64;
            if since.elapsed() >= wanted.window {
                if came < LEAST {
                    return Err(trickle(wanted.window));
                }
                (since, came) = (Instant::now(), 0);
            }
            if !hear(Heard::Progress(self.have, whole)) {
                return Err(FetchFault::Lasting("cancelled".to_owned()));
            }
        }
        self.file
            .sync_all()
            .map_err(|error| unwritable(self.path, &error))
    }
}

fn too_large(wanted: &Download<'_>) -> FetchFault {
    FetchFault::Lasting(match wanted.size {
        Some(_) => "the file is larger than the site file says".to_owned(),
        None => format!(
            "the file has more than {} GB, and the site file says no `size`",
            MAX_SIZE >> 30
        ),
    })
}

fn trickle(window: Duration) -> FetchFault {
    FetchFault::Passing(format!(
        "the server sends less than {} KB in {} seconds",
        LEAST >> 10,
        window.as_secs()
    ))
}

fn unwritable(path: &Path, error: &std::io::Error) -> FetchFault {
    FetchFault::Lasting(format!("cannot write {}: {error}", path.display()))
}

/// One try: what is missing of the part. The tag tells the next one which file it belongs to.
fn attempt(
    agent: &Agent,
    wanted: &Download<'_>,
    part: &Path,
    tag: &mut Option<String>,
    hear: &mut dyn FnMut(Heard) -> bool,
) -> Result<(), FetchFault> {
    let mut part = PartFile::open(part)?;
    if wanted.size == Some(part.have) && part.have > 0 {
        return Ok(());
    }
    let mut response = part.request_rest(agent, wanted.url, tag.as_deref())?;
    part.heed_status(response.status().as_u16())?;
    let header = |name: &str| {
        response
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    *tag = header("etag")
        .filter(|tag| !tag.starts_with("W/"))
        .or_else(|| header("last-modified"));
    let rest: Option<u64> = header("content-length").and_then(|text| text.parse().ok());
    let announced = rest.map(|rest| rest.saturating_add(part.have));
    if announced.is_some_and(|size| size > wanted.size.unwrap_or(MAX_SIZE)) {
        let _ = fs::remove_file(part.path);
        return Err(too_large(wanted));
    }
    let whole = wanted.size.or(announced);
    part.receive_rest(response.body_mut(), wanted, whole, hear)?;
    let have = part.have;
    match whole {
        Some(whole) if have < whole => Err(FetchFault::Passing(format!(
            "cut off after {have} of {whole} bytes"
        ))),
        _ => Ok(()),
    }
}

fn check(wanted: &Download<'_>, part: &Path) -> Result<(), FetchFault> {
    let gone = |error: std::io::Error| {
        FetchFault::Lasting(format!("cannot read {}: {error}", part.display()))
    };
    let size = fs::metadata(part).map_err(gone)?.len();
    if let Some(whole) = wanted.size.filter(|whole| *whole != size) {
        let _ = fs::remove_file(part);
        return Err(FetchFault::Passing(format!(
            "the file has {size} bytes, not {whole} as the site file says"
        )));
    }
    let Some(sha256) = wanted.sha256 else {
        return Ok(());
    };
    let own = files::sha256_of(part).map_err(gone)?;
    if own != sha256 {
        // What was kept of an earlier try may be at fault: once more from the start.
        let _ = fs::remove_file(part);
        return Err(FetchFault::Passing(
            "the file does not have the hash of the site file".to_owned(),
        ));
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test stops with a message")]
mod tests {
    use std::{net::TcpListener, thread};

    use super::*;

    /// What becomes of a download of a file, of which the server sends `head`, and pieces of
    /// `piece` bytes until nobody listens any more; and how many bytes it sent.
    fn downloaded(head: &'static str, piece: usize, size: Option<u64>) -> (String, usize) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}/file", listener.local_addr().expect("its number"));
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a connection");
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(format!("HTTP/1.1 200 OK\r\n{head}\r\n").as_bytes());
            let mut sent = 0;
            while stream.write_all(&vec![b'x'; piece]).is_ok() {
                sent += piece;
                thread::sleep(Duration::from_millis(10));
            }
            sent
        });
        let folder = tempfile::tempdir().expect("a folder");
        let wanted = Download {
            url: &url,
            target: &folder.path().join("file"),
            size,
            sha256: None,
            retries: 0,
            delay: Duration::ZERO,
            window: Duration::from_millis(300),
        };
        let agent = Agent::config_builder().build().into();
        let why = fetch(&[agent], &wanted, &mut |_| true).expect_err("it is refused");
        (why, server.join().expect("the server ends"))
    }

    #[test]
    fn a_length_beyond_what_the_site_file_says_is_refused_before_anything_is_read() {
        for (length, size) in [
            ("Content-Length: 1001\r\n", Some(1000)),
            ("Content-Length: 18446744073709551615\r\n", Some(1000)),
            ("Content-Length: 18446744073709551615\r\n", None),
            ("Content-Length: 68719476737\r\n", None),
        ] {
            let (why, _) = downloaded(length, 1, size);
            let wanted = size.map_or("more than 64 GB", |_| "larger than the site file says");
            assert!(why.contains(wanted), "{length}: {why}");
        }
    }

    #[test]
    fn a_body_that_says_no_length_ends_with_the_size_of_the_site_file() {
        let (why, sent) = downloaded("", 50_000, Some(100_000));
        assert!(why.contains("larger than the site file says"), "{why}");
        assert!(sent < 50_000_000, "{sent}");
    }

    #[test]
    fn a_server_that_sends_a_byte_now_and_then_is_not_waited_for() {
        let (why, _) = downloaded("Content-Length: 100000\r\n", 1, None);
        assert!(why.contains("sends less than 64 KB"), "{why}");
    }
}
