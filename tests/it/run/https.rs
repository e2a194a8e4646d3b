//! Content over HTTPS, from nginx with an authority of the test's own: what is trusted, what is
//! refused and with which words, and a download that is cut off.

use std::{
    fs,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::{
    Done, Place,
    content::{Nginx, SEQUENCE, SIZE, file, free_port, www},
    has,
};

const CURVE: [&str; 5] = [
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
];

fn openssl(place: &Place, args: &[&str]) {
    let done = Command::new("openssl")
        .args(args)
        .current_dir(place.path(""))
        .output()
        .expect("openssl starts");
    assert!(
        done.status.success(),
        "{args:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
}

/// An authority, and a server's certificate from it for a name, until a year.
fn certificates(place: &Place, name: &str, until: u16) {
    place.write(
        "ca.cnf",
        "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\npolicy=p\n\
         unique_subject=no\n[p]\ncommonName=supplied\n",
    );
    place.write("index.txt", "");
    place.write("serial", "01\n");
    place.write("names", &format!("subjectAltName={name}\n"));
    let new = |args: &[&str]| openssl(place, &[&["req"], &CURVE[..], args].concat());
    if !place.path("ca.pem").exists() {
        let usage = "keyUsage=critical,keyCertSign";
        new(&[
            "-x509", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Lab",
            "-addext", usage,
        ]);
    }
    new(&[
        "-keyout",
        "server.key",
        "-out",
        "server.csr",
        "-subj",
        "/CN=server",
    ]);
    let end = format!("{until}0101000000Z");
    let own = [
        "ca", "-batch", "-notext", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key",
    ];
    let given = [
        "-in",
        "server.csr",
        "-out",
        "server.pem",
        "-extfile",
        "names",
    ];
    openssl(
        place,
        &[
            &own[..],
            &given,
            &["-startdate", "20200101000000Z", "-enddate", &end],
        ]
        .concat(),
    );
}

fn server(place: &Place, port: u16, more: &str) -> Nginx {
    let here = place.path("").display().to_string();
    let keys =
        format!("ssl_certificate {here}/server.pem; ssl_certificate_key {here}/server.key; {more}");
    Nginx::serve(place, port, "ssl", &keys)
}

fn site(place: &Place, source: &str, sha256: &str, ca: bool) {
    let ca = if ca { "ca = \"ca.pem\"\n" } else { "" };
    let text = format!(
        "sources = [\"{source}\"]\n{ca}retries = 5\nretry_delay = \"1s\"\n\
         [[packages]]\nid = \"PS100001\"\n[[packages.files]]\npath = \"sub folder/big.bin\"\nsize = {SIZE}\nsha256 = \"{sha256}\"\n"
    );
    place.write("site.toml", &text);
}

/// Runs without anything in the cache.
fn run(place: &Place, environment: &[(&str, &str)]) -> Done {
    let _ = fs::remove_dir_all(place.path("state"));
    place.write("lab.tasq", SEQUENCE);
    let www = www(place);
    let mut command = place.command(&[
        "run",
        "lab.tasq",
        "--yes",
        "--site",
        "site.toml",
        "--set",
        &www,
    ]);
    command.envs(environment.iter().copied());
    Done::of(&command.output().expect("tasq starts"))
}

#[test]
fn only_a_server_whose_authority_is_trusted_is_believed() {
    if !has("nginx") || !has("openssl") {
        return;
    }
    let place = Place::new();
    let (port, sha256) = (free_port(), file(&place));
    certificates(&place, "IP:127.0.0.1", 2100);
    let url = format!("https://127.0.0.1:{port}");
    let running = server(&place, port, "");
    site(&place, &url, &sha256, true);
    run(&place, &[]).ends(0);
    // The system's own list, which a test can only have elsewhere.
    site(&place, &url, &sha256, false);
    let ca = place.path("ca.pem").display().to_string();
    run(&place, &[("SSL_CERT_FILE", &ca)]).ends(0);
    let began = Instant::now();
    run(&place, &[])
        .ends(1)
        .says("signed by nobody who is trusted here")
        .says("`ca` in the site file");
    assert!(
        began.elapsed() < Duration::from_secs(4),
        "nothing is gained by trying that again"
    );
    // A name that is not the server's.
    site(&place, &format!("https://localhost:{port}"), &sha256, true);
    run(&place, &[])
        .ends(1)
        .says("is for another name than localhost")
        .says("127.0.0.1");
    // A redirection away from encryption.
    drop(running);
    let running = server(&place, port, "return 302 http://127.0.0.1:1/x;");
    site(&place, &url, &sha256, true);
    run(&place, &[])
        .ends(1)
        .says("an address without encryption");
    drop(running);
    certificates(&place, "IP:127.0.0.1", 2021);
    let running = server(&place, port, "");
    run(&place, &[])
        .ends(1)
        .says("has expired: it was valid until 2021-01-01T00:00:00Z");
    drop(running);
    let text = place
        .read("site.toml")
        .replace("retries = 5", "retries = 0");
    place.write("site.toml", &text);
    run(&place, &[]).ends(1).says("nothing listens there");
}

#[test]
fn a_server_that_speaks_no_tls_is_told_apart() {
    if !has("nginx") || !has("openssl") {
        return;
    }
    let place = Place::new();
    let (port, sha256) = (free_port(), file(&place));
    certificates(&place, "IP:127.0.0.1", 2100);
    let _running = Nginx::serve(&place, port, "", "");
    site(&place, &format!("https://127.0.0.1:{port}"), &sha256, true);
    run(&place, &[]).ends(1).says("does not speak TLS");
}

#[test]
fn a_file_of_authorities_is_read_before_anything_begins() {
    let place = Place::new();
    let text = "ca = \"ca.pem\"\n";
    place.write("site.toml", text);
    let sequence = "step \"One\" run_command_line < \"touch ran\", working_directory: \"%Here%\" >";
    let here = format!("Here={}", place.path("").display());
    let args = ["--site", "site.toml", "--set", &here];
    place
        .run(sequence, &args)
        .ends(2)
        .says("the `ca` of the site file");
    place.write("ca.pem", "none");
    place
        .run(sequence, &args)
        .ends(2)
        .says("holds no certificate");
    assert!(!place.path("ran").exists());
}

#[test]
fn a_safe_download_that_is_cut_off_goes_on_where_it_was() {
    if !has("nginx") || !has("openssl") {
        return;
    }
    let place = Place::new();
    let (port, sha256) = (free_port(), file(&place));
    certificates(&place, "IP:127.0.0.1", 2100);
    site(&place, &format!("https://127.0.0.1:{port}"), &sha256, true);
    place.write("lab.tasq", SEQUENCE);
    let slow = server(&place, port, "limit_rate 1000k;");
    let child = place
        .command(&[
            "run",
            "lab.tasq",
            "--yes",
            "--site",
            "site.toml",
            "--set",
            &www(&place),
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("tasq starts");
    let part = place.path("state/cache/PS100001/sub folder/big.bin.part");
    let began = Instant::now();
    while fs::metadata(&part).map_or(0, |data| data.len()) < 300_000 {
        assert!(began.elapsed() < Duration::from_secs(30), "nothing comes");
        thread::sleep(Duration::from_millis(20));
    }
    drop(slow);
    thread::sleep(Duration::from_millis(500));
    let _fast = server(&place, port, "");
    let done = Done::of(&child.wait_with_output().expect("it ends")).ends(0);
    let access = place.read("access.log");
    assert!(
        access.lines().any(|line| line.starts_with("206 bytes=")),
        "{access}{}",
        done.all()
    );
}
