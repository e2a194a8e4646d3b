//! Whose signature under a server's certificate is believed, and what is said when it is not.

use std::{sync::Arc, time::Duration};

use rustls::{CertificateError, Error as Tls};
use ureq::{
    Agent, Error,
    tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem},
};

use super::LocalHost;
use crate::site::is_encrypted;

/// How long a server may take to answer, and between two pieces.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// The certificates of a file in PEM, as DER. Keys and what else it holds are passed over.
pub fn certificates(pem: &[u8]) -> Vec<Vec<u8>> {
    let own = parse_pem(pem).filter_map(|item| match item {
        Ok(PemItem::Certificate(one)) => Some(one.der().to_vec()),
        _ => None,
    });
    own.collect()
}

/// Why a server was not asked, or gave no answer.
pub(super) struct ServerRefusal {
    /// One sentence without a full stop. It has no header and nothing of a body.
    pub why: String,
    /// Whether another try may do better.
    pub passing: bool,
    /// Whether nobody is known who signed the certificate.
    pub unknown_issuer: bool,
}

impl LocalHost {
    /// What asks servers, one after the other: the next one only where the one before does not know
    /// who signed the certificate. The authorities of the site file stand alone; else those of the
    /// system come first, then Mozilla's.
    pub(super) fn agents(&self, url: &str) -> Vec<Agent> {
        let safe = is_encrypted(url);
        let specific = |list: &[Vec<u8>]| {
            let list: Vec<Certificate<'static>> = list
                .iter()
                .map(|der| Certificate::from_der(der).to_owned())
                .collect();
            RootCerts::Specific(Arc::new(list))
        };
        if !safe {
            return vec![agent(RootCerts::WebPki, false)];
        }
        if !self.setup.authorities.is_empty() {
            return vec![agent(specific(&self.setup.authorities), true)];
        }
        let own = self.system.authorities();
        let own = (!own.is_empty()).then(|| specific(&own));
        own.into_iter()
            .chain([RootCerts::WebPki])
            .map(|roots| agent(roots, true))
            .collect()
    }
}

/// What was safe stays so: a redirection to a server without encryption is refused.
fn agent(roots: RootCerts, only_safe: bool) -> Agent {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .https_only(only_safe)
        .tls_config(TlsConfig::builder().root_certs(roots).build())
        .timeout_connect(Some(PATIENCE))
        .timeout_recv_response(Some(PATIENCE))
        .timeout_per_read(Some(PATIENCE))
        .user_agent(concat!("tasq/", env!("CARGO_PKG_VERSION")))
        .build();
    Agent::new_with_config(config)
}

/// What is said of an error.
pub(super) fn refused(error: &Error) -> ServerRefusal {
    let passing = |why: String| ServerRefusal {
        why,
        passing: true,
        unknown_issuer: false,
    };
    let lasting = |why: String| ServerRefusal {
        why,
        passing: false,
        unknown_issuer: false,
    };
    let tls = match error {
        Error::Rustls(error) => Some(error),
        Error::Io(error) => error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<Tls>()),
        _ => None,
    };
    match (tls, error) {
        (Some(Tls::InvalidCertificate(fault)), _) => {
            let unknown_issuer = matches!(fault, CertificateError::UnknownIssuer);
            ServerRefusal {
                why: certificate(fault),
                passing: false,
                unknown_issuer,
            }
        }
        (Some(Tls::InvalidMessage(_)), _) => {
            lasting("the server does not speak TLS on this port".to_owned())
        }
        (Some(other), _) => passing(format!("no safe connection: {other}")),
        (None, Error::Io(error)) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
            passing("nothing listens there: the connection was refused".to_owned())
        }
        (None, Error::HostNotFound) => passing("the name of the server is not known".to_owned()),
        (None, Error::Timeout(_)) => {
            passing(format!("no answer in {} seconds", PATIENCE.as_secs()))
        }
        (None, Error::RequireHttpsOnly(_)) => lasting(
            "the server leads to an address without encryption, which is not followed".to_owned(),
        ),
        (None, other) => passing(other.to_string()),
    }
}

/// What is wrong with a server's certificate.
fn certificate(fault: &CertificateError) -> String {
    match fault {
        CertificateError::UnknownIssuer => {
            "the server's certificate is signed by nobody who is trusted here; \
             `ca` in the site file can name the file of the authority"
                .to_owned()
        }
        CertificateError::NotValidForNameContext {
            expected,
            presented,
        } => {
            let names = if presented.is_empty() {
                "no name".to_owned()
            } else {
                presented.join(", ")
            };
            format!(
                "the server's certificate is for another name than {}: {names}",
                expected.to_str()
            )
        }
        CertificateError::NotValidForName => {
            "the server's certificate is for another name".to_owned()
        }
        CertificateError::ExpiredContext { not_after, .. } => {
            format!(
                "the server's certificate has expired: it was valid until {}",
                time(not_after.as_secs())
            )
        }
        CertificateError::Expired => "the server's certificate has expired".to_owned(),
        CertificateError::NotValidYetContext { not_before, .. } => format!(
            "the server's certificate is valid from {} only; this computer's clock may be wrong",
            time(not_before.as_secs())
        ),
        CertificateError::Revoked => "the server's certificate was revoked".to_owned(),
        other => format!("the server's certificate is refused: {other}"),
    }
}

fn time(seconds: u64) -> String {
    let stamp = i64::try_from(seconds)
        .ok()
        .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    stamp.map_or_else(|| "an unknown time".to_owned(), |stamp| stamp.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_hold_several_certificates_and_other_things() {
        let one = "-----BEGIN CERTIFICATE-----\nAAEC\n-----END CERTIFICATE-----\n";
        let key = "-----BEGIN PRIVATE KEY-----\nAAEC\n-----END PRIVATE KEY-----\n";
        let text = format!("a comment\n{one}{key}{one}");
        assert_eq!(
            certificates(text.as_bytes()),
            [vec![0, 1, 2], vec![0, 1, 2]]
        );
        assert!(certificates(b"no certificate").is_empty());
    }
}
