//! Content over HTTP, from nginx: a download that is cut off goes on where it was, and what has the
//! wrong hash is refused.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::{Place, has};

/// A web server in a folder, on a port of its own.
pub(super) struct Nginx {
    process: Child,
    configuration: PathBuf,
}

pub(super) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr()
        .expect("its number")
        .port()
}

impl Nginx {
    /// `rate` is nginx's own `limit_rate`, empty for none.
    fn start(place: &Place, port: u16, rate: &str) -> Nginx {
        let limit = if rate.is_empty() {
            String::new()
        } else {
            format!("limit_rate {rate};")
        };
        Nginx::serve(place, port, "", &limit)
    }

    /// `how` stands behind the address that is listened on, `more` are further directives of the
    /// server.
    pub(super) fn serve(place: &Place, port: u16, how: &str, more: &str) -> Nginx {
        let here = place.path("").display().to_string();
        let text = format!(
            "daemon off; master_process off; pid {here}/nginx.pid; error_log {here}/nginx.log;\n\
             events {{}}\nhttp {{ access_log {here}/access.log; client_body_temp_path {here}/t1; proxy_temp_path {here}/t2;\n\
             fastcgi_temp_path {here}/t3; uwsgi_temp_path {here}/t4; scgi_temp_path {here}/t5;\n\
             log_format r '$status $http_range $body_bytes_sent'; access_log {here}/access.log r;\n\
             server {{ listen 127.0.0.1:{port} {how}; root {here}/www; {more} }} }}\n"
        );
        let configuration = place.write(&format!("nginx-{}.conf", more.len()), &text);
        let process = Command::new("nginx")
            .arg("-c")
            .arg(&configuration)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("nginx starts");
        let began = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(
                began.elapsed() < Duration::from_secs(10),
                "nginx does not answer: {}",
                place.read("nginx.log")
            );
            thread::sleep(Duration::from_millis(20));
        }
        Nginx {
            process,
            configuration,
        }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_file(&self.configuration);
    }
}

pub(super) const SIZE: usize = 3_000_000;

/// A file that has no two equal pieces, and its hash.
pub(super) fn file(place: &Place) -> String {
    let mut number: u32 = 1;
    let bytes: Vec<u8> = (0..SIZE)
        .map(|_| {
            number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (number >> 24) as u8
        })
        .collect();
    fs::create_dir_all(place.path("www/PS100001/sub folder")).expect("a folder");
    fs::write(place.path("www/PS100001/sub folder/big.bin"), &bytes).expect("written");
    let sum = Command::new("sha256sum")
        .arg(place.path("www/PS100001/sub folder/big.bin"))
        .output()
        .expect("sha256sum");
    String::from_utf8_lossy(&sum.stdout)
        .split(' ')
        .next()
        .unwrap_or_default()
        .to_owned()
}

fn site(place: &Place, port: u16, sha256: &str, retries: u32) {
    let text = format!(
        "sources = [\"http://127.0.0.1:{port}\"]\nretries = {retries}\nretry_delay = \"1s\"\n\
         [[packages]]\nid = \"PS100001\"\n[[packages.files]]\npath = \"sub folder/big.bin\"\nsize = {SIZE}\nsha256 = \"{sha256}\"\n"
    );
    place.write("site.toml", &text);
}

pub(super) const SEQUENCE: &str = "step \"Use it\" run_command_line < \"cmp '%Www%/PS100001/sub folder/big.bin' 'sub folder/big.bin'\", package: \"PS100001\" >\n";

pub(super) fn www(place: &Place) -> String {
    format!("Www={}", place.path("www").display())
}

#[test]
fn a_download_that_is_cut_off_goes_on_where_it_was() {
    if !has("nginx") {
        return;
    }
    let place = Place::new();
    let (port, sha256) = (free_port(), file(&place));
    site(&place, port, &sha256, 8);
    place.write("lab.tasq", SEQUENCE);
    let slow = Nginx::start(&place, port, "1000k");
    let www = www(&place);
    let args = [
        "run",
        "lab.tasq",
        "--yes",
        "--site",
        "site.toml",
        "--set",
        &www,
    ];
    let run = place
        .command(&args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("tasq starts");
    // In the middle the server goes away, and another one comes later.
    let part = place.path("state/cache/PS100001/sub folder/big.bin.part");
    let began = Instant::now();
    while fs::metadata(&part).map_or(0, |data| data.len()) < 500_000 {
        assert!(began.elapsed() < Duration::from_secs(30), "nothing comes");
        thread::sleep(Duration::from_millis(20));
    }
    drop(slow);
    thread::sleep(Duration::from_millis(500));
    let _fast = Nginx::start(&place, port, "");
    let done = super::Done::of(&run.wait_with_output().expect("it ends")).ends(0);
    let access = place.read("access.log");
    let resumed = access
        .lines()
        .find(|line| line.starts_with("206 bytes="))
        .unwrap_or_else(|| panic!("{access}{}", done.all()));
    let from: usize = resumed
        .split(['=', '-'])
        .nth(1)
        .and_then(|text| text.parse().ok())
        .expect("a number");
    assert!(from >= 500_000, "{resumed}");
    assert!(
        place.log().contains("Download failed and is tried again"),
        "{}",
        place.log()
    );
    // The next run takes it from the cache.
    let before = place.read("access.log").lines().count();
    place.tasq(&args).ends(0);
    assert_eq!(place.read("access.log").lines().count(), before);
}

#[test]
fn a_wrong_hash_a_wrong_size_and_a_missing_file_are_refused() {
    if !has("nginx") {
        return;
    }
    let place = Place::new();
    let (port, sha256) = (free_port(), file(&place));
    let _server = Nginx::start(&place, port, "");
    let www = www(&place);
    let args = ["--site", "site.toml", "--set", &www];
    site(&place, port, &"0".repeat(64), 0);
    place
        .run(SEQUENCE, &args)
        .ends(1)
        .says("does not have the hash of the site file");
    assert!(
        !place
            .path("state/cache/PS100001/sub folder/big.bin")
            .exists()
    );
    site(&place, port, &sha256, 0);
    let text = place.read("site.toml").replace(&SIZE.to_string(), "1000");
    place.write("site.toml", &text);
    place
        .run(SEQUENCE, &args)
        .ends(1)
        .says("larger than the site file says");
    let text = text.replace("big.bin", "none.bin");
    place.write("site.toml", &text);
    place.run(SEQUENCE, &args).ends(1).says("404");
}

#[test]
fn content_in_a_folder_is_used_where_it_is_and_checked() {
    let place = Place::new();
    let sha256 = file(&place);
    let www = www(&place);
    let text = format!(
        "sources = [\"nowhere\", \"www\"]\n[[packages]]\nid = \"PS100001\"\n[[packages.files]]\npath = \"sub folder/big.bin\"\nsha256 = \"{sha256}\"\n"
    );
    place.write("site.toml", &text);
    place
        .run(SEQUENCE, &["--site", "site.toml", "--set", &www])
        .ends(0);
    fs::write(place.path("www/PS100001/sub folder/big.bin"), "changed").expect("written");
    place
        .run(SEQUENCE, &["--site", "site.toml", "--set", &www])
        .ends(1)
        .says("does not have the hash");
}

#[test]
fn a_server_that_knows_no_ranges_gives_the_file_again() {
    let place = Place::new();
    let sha256 = file(&place);
    let bytes = fs::read(place.path("www/PS100001/sub folder/big.bin")).expect("the file");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("its number").port();
    site(&place, port, &sha256, 3);
    // The first answer is cut off in the middle; the second one is whole, whatever was asked.
    let server = thread::spawn(move || {
        for (number, stream) in listener.incoming().take(2).enumerate() {
            let mut stream = stream.expect("a connection");
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                bytes.len()
            );
            let part = if number == 0 {
                &bytes[..bytes.len() / 2]
            } else {
                &bytes[..]
            };
            let _ = stream
                .write_all(head.as_bytes())
                .and_then(|()| stream.write_all(part));
        }
    });
    let www = www(&place);
    place
        .run(SEQUENCE, &["--site", "site.toml", "--set", &www])
        .ends(0);
    server.join().expect("the server ends");
}

/// What would be brought is there afterwards; what lies in it, nobody knows before.
#[test]
fn a_dry_run_knows_of_the_folder_that_would_be_brought() {
    let place = Place::new();
    place.write("content/PS100001/setup.sh", "true\n");
    place.write(
        "site.toml",
        "sources = ['content']\n[[packages]]\nid = \"PS100001\"\nname = \"P\"\n",
    );
    let to = place.path("brought").display().to_string();
    let sequence = format!(
        "step \"Get\" download_package_content < packages: [package(\"PS100001\", \"P\")], location: custom_path, path: \"{to}\" >\n\
         step \"There\" run_command_line < \"true\" > when folder \"{to}/PS100001\", folder \"{to}\"\n\
         step \"Inside\" run_command_line < \"true\" > when file \"{to}/PS100001/setup.sh\"\n\
         step \"Beside\" run_command_line < \"true\" > when folder \"{to}/PS1\"\n"
    );
    place.write("lab.tasq", &sequence);
    let args = ["run", "lab.tasq", "--site", "site.toml"];
    let dry = place.tasq(&[&args[..], &["--what-if"]].concat());
    let line = |name: &str| {
        let mut lines = dry.out.lines();
        lines.find(|line| line.contains(name)).unwrap_or_default()
    };
    assert!(line(" There").contains("would run: true"), "{}", dry.all());
    assert!(line(" Inside").contains('?'), "{}", dry.all());
    assert!(dry.out.contains("setup.sh"), "{}", dry.all());
    assert!(line(" Beside").contains('\u{b7}'), "{}", dry.all());
    assert!(!place.path("brought").exists(), "nothing is done");
    let ran = place.tasq(&[&args[..], &["--yes"]].concat()).ends(0);
    assert!(ran.out.contains("There"), "{}", ran.all());
    assert!(place.path("brought/PS100001/setup.sh").exists());
}
