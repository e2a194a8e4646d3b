//! Where the content of packages and applications is, and how it comes here.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::{
    LocalHost, ProgressNote, Watch,
    fetch::{self, Download, Heard},
    files,
    trust::PATIENCE,
};
use crate::{
    computer::Work,
    site::{Content, is_whole},
};

const COMPONENT: &str = "ContentAccess";

/// Where content is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContentPlace {
    /// A folder, local or of the network.
    Folder(PathBuf),
    /// Below this URL.
    Url(String),
}

/// Why content is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentFault(pub String);

/// How hard a download tries.
#[derive(Clone, Copy)]
struct Patience {
    retries: u32,
    delay: Duration,
}

fn is_url(text: &str) -> bool {
    text.contains("://")
}

fn below(place: &str, inner: &str) -> String {
    format!(
        "{}/{}",
        place.trim_end_matches('/'),
        inner.trim_matches('/').replace('\\', "/")
    )
}

impl LocalHost {
    /// The places where content may be, in order. `named` is where content without a source of its
    /// own is: its identifier.
    pub(super) fn places(&self, content: &Content, named: &str) -> Vec<ContentPlace> {
        let inner = content.source.as_deref().unwrap_or(named);
        if is_url(inner) {
            return vec![ContentPlace::Url(inner.to_owned())];
        }
        if is_whole(inner) {
            return vec![ContentPlace::Folder(PathBuf::from(inner))];
        }
        let mut places = Vec::new();
        if content.source.is_some() {
            places.push(ContentPlace::Folder(
                self.setup.base.join(inner.replace('\\', "/")),
            ));
        }
        for source in &self.site.sources {
            places.push(if is_url(source) {
                ContentPlace::Url(below(source, inner))
            } else if is_whole(source) {
                ContentPlace::Folder(Path::new(source).join(inner))
            } else {
                ContentPlace::Folder(self.setup.base.join(source).join(inner))
            });
        }
        places
    }

    fn patience(&self, work: &Work<'_>) -> Patience {
        let number = |name: &str| (work.variables)(name).and_then(|text| text.trim().parse().ok());
        let retries = number("SMSTSDownloadRetryCount").map(|count: u64| count.min(100) as u32);
        let delay = number("SMSTSDownloadRetryDelay").or(self.site.retry_delay);
        Patience {
            retries: retries.or(self.site.retries).unwrap_or(2),
            delay: Duration::from_secs(delay.unwrap_or(15)),
        }
    }

    /// The first place that has the content, as `take` says, and what `take` makes of it.
    pub(super) fn first_place(
        &mut self,
        work: &Work<'_>,
        id: &str,
        content: &Content,
        take: &mut dyn FnMut(&mut Self, &ContentPlace) -> Result<PathBuf, ContentFault>,
    ) -> Result<PathBuf, ContentFault> {
        if !self.warned && (work.variables)("SMSTSDownloadProgram").is_some() {
            self.warned = true;
            let text =
                "SMSTSDownloadProgram is set and not used: the site file says where content is";
            self.line(COMPONENT, 2, text);
        }
        let mut faults = Vec::new();
        for place in &self.places(content, id) {
            match take(self, place) {
                Ok(folder) => {
                    self.placed.insert(id.to_owned(), folder.clone());
                    return Ok(folder);
                }
                Err(ContentFault(why)) => {
                    let text = format!("No content of {id} there: {why}");
                    self.line(COMPONENT, 2, (work.scrub)(&text));
                    faults.push(why);
                }
            }
        }
        if faults.is_empty() {
            faults.push("the site file says no source for it".to_owned());
        }
        Err(ContentFault(faults.join("; ")))
    }

    /// Where content of a place would be once it was brought. Content in a folder stays where it
    /// is, unless it must go `to` another; content behind a URL goes into the cache.
    pub(super) fn look_at(
        &self,
        place: &ContentPlace,
        id: &str,
        content: &Content,
        to: Option<&Path>,
    ) -> Result<PathBuf, ContentFault> {
        match place {
            ContentPlace::Folder(folder) => {
                if !folder.is_dir() {
                    return Err(ContentFault(format!(
                        "there is no folder {}",
                        folder.display()
                    )));
                }
                for file in &content.files {
                    let path = folder.join(&file.path);
                    check(&path, file.size, file.sha256.as_deref())?;
                }
                Ok(to.unwrap_or(folder).to_path_buf())
            }
            ContentPlace::Url(url) if content.files.is_empty() => Err(ContentFault(format!(
                "{url}: the site file lists no files of it"
            ))),
            ContentPlace::Url(url) => {
                if let Some(file) = content.open_to_change(url)
                    && !self.site.insecure
                {
                    let path = &file.path;
                    return Err(ContentFault(format!(
                        "{url}: {path} has no `sha256`, and over http:// anybody on the way could \
                         change it; add the hash, use https://, or write `insecure = true`"
                    )));
                }
                let cached = || self.setup.cache.join(safe(id));
                Ok(to.map_or_else(cached, Path::to_path_buf))
            }
        }
    }

    /// Brings the content of a place to its target.
    pub(super) fn take_from(
        &mut self,
        work: &Work<'_>,
        place: &ContentPlace,
        content: &Content,
        target: PathBuf,
    ) -> Result<PathBuf, ContentFault> {
        match place {
            ContentPlace::Folder(folder) if *folder == target => {}
            ContentPlace::Folder(folder) => {
                let bytes = files::copy_folder(folder, &target)
                    .map_err(|error| ContentFault(format!("cannot copy {error}")))?;
                let (from, to) = (folder.display(), target.display());
                let text = format!("Copied {bytes} bytes from {from} to {to}");
                self.line(COMPONENT, 1, text);
            }
            ContentPlace::Url(url) => self.download(work, url, content, &target)?,
        }
        Ok(target)
    }

    fn download(
        &mut self,
        work: &Work<'_>,
        url: &str,
        content: &Content,
        target: &Path,
    ) -> Result<(), ContentFault> {
        let patience = self.patience(work);
        self.make_room(content, target);
        let agents = self.agents(url);
        for file in &content.files {
            let path = target.join(&file.path);
            // What is there and has the right hash need not come again.
            let same =
                file.sha256.is_some() && check(&path, file.size, file.sha256.as_deref()).is_ok();
            if same {
                continue;
            }
            let source = below(url, &file.path);
            self.line(
                COMPONENT,
                1,
                format!("Downloading {source} to {}", path.display()),
            );
            let wanted = Download {
                url: &utf8_percent_encode(&source, NOT_IN_URL).to_string(),
                target: &path,
                size: file.size,
                sha256: file.sha256.as_deref(),
                retries: patience.retries,
                delay: patience.delay,
                window: PATIENCE,
            };
            let watch = &mut self.watch;
            fetch::fetch(&agents, &wanted, &mut |heard| {
                heard_of(watch.as_mut(), heard, patience)
            })
            .map_err(ContentFault)?;
            self.line(COMPONENT, 1, format!("Download done: {}", path.display()));
        }
        Ok(())
    }

    /// Removes the downloaded content of something; what lies in a folder of the site stays.
    pub(super) fn forget(&mut self, id: &str) {
        let cached = self.setup.cache.join(safe(id));
        if self.placed.get(id) == Some(&cached) && fs::remove_dir_all(&cached).is_ok() {
            self.line(
                COMPONENT,
                1,
                format!("Removed {} from the cache", cached.display()),
            );
        }
    }

    /// Keeps the cache below its size: folders that this run did not use go, the oldest first.
    fn make_room(&mut self, content: &Content, target: &Path) {
        let Some(most) = self.site.cache_size else {
            return;
        };
        if !target.starts_with(&self.setup.cache) {
            return;
        }
        let needed: u64 = content.files.iter().filter_map(|file| file.size).sum();
        let Ok(entries) = fs::read_dir(&self.setup.cache) else {
            return;
        };
        let mut folders: Vec<(std::time::SystemTime, PathBuf, u64)> = entries
            .flatten()
            .filter(|entry| entry.path().is_dir())
            .map(|entry| {
                let time = entry.metadata().and_then(|data| data.modified());
                let path = entry.path();
                let size = size_of(&path, 0);
                (
                    time.unwrap_or(std::time::SystemTime::UNIX_EPOCH),
                    path,
                    size,
                )
            })
            .collect();
        folders.sort();
        let mut held: u64 = folders.iter().map(|(_, _, size)| size).sum();
        for (_, path, size) in folders {
            if held + needed <= most {
                break;
            }
            let used = path == target || self.placed.values().any(|own| own.starts_with(&path));
            if !used && fs::remove_dir_all(&path).is_ok() {
                held -= size;
                self.line(
                    COMPONENT,
                    1,
                    format!("Removed {} from the cache", path.display()),
                );
            }
        }
    }
}

fn heard_of(watch: &mut dyn Watch, heard: Heard, patience: Patience) -> bool {
    match heard {
        Heard::Progress(0, None) => {}
        Heard::Progress(done, whole) => watch.note(ProgressNote::Download(done, whole)),
        Heard::Again(why) => {
            let seconds = patience.delay.as_secs();
            let text = format!("Download failed and is tried again in {seconds} seconds: {why}");
            watch.note(ProgressNote::Line {
                component: COMPONENT,
                severity: 2,
                text,
            });
        }
    }
    watch.goes_on()
}

/// What a URL cannot have; the signs that divide it stay.
const NOT_IN_URL: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'{')
    .add(b'}')
    .add(b'^')
    .add(b'`')
    .add(b'|');

fn size_of(folder: &Path, depth: usize) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(data) if data.is_dir() && depth < 32 => size_of(&entry.path(), depth + 1),
            Ok(data) => data.len(),
            Err(_) => 0,
        })
        .sum()
}

/// An identifier as the name of a folder.
pub(super) fn safe(id: &str) -> String {
    id.chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') {
                c
            } else {
                '_'
            }
        })
        .collect()
}

fn check(path: &Path, size: Option<u64>, sha256: Option<&str>) -> Result<(), ContentFault> {
    let shown = path.display();
    let data = fs::metadata(path).map_err(|error| ContentFault(format!("{shown}: {error}")))?;
    if let Some(size) = size.filter(|size| *size != data.len()) {
        return Err(ContentFault(format!(
            "{shown} has {} bytes, not {size} as the site file says",
            data.len()
        )));
    }
    let Some(sha256) = sha256 else { return Ok(()) };
    let own = files::sha256_of(path).map_err(|error| ContentFault(format!("{shown}: {error}")))?;
    if own == sha256 {
        return Ok(());
    }
    Err(ContentFault(format!(
        "{shown} does not have the hash of the site file"
    )))
}
