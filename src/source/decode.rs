//! Bytes to text: UTF-8 with or without a byte-order mark, UTF-16 with one.

/// How a file was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, no mark.
    Utf8,
    /// UTF-8 with a byte-order mark.
    Utf8Mark,
    /// UTF-16, least significant byte first, with a mark.
    Utf16Le,
    /// UTF-16, most significant byte first, with a mark.
    Utf16Be,
}

/// Text and how it was stored. Where the bytes are no text, `bad` is the offset in the *decoded*
/// text of the first replacement character, so that a finding can point at it.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// The text, without a mark.
    pub text: String,
    /// How it was stored.
    pub encoding: Encoding,
    /// Where the first wrong byte or unit stood.
    pub bad: Option<u32>,
}

/// Decodes a whole file. Never fails: what is no text becomes U+FFFD and is reported in
/// [`Decoded::bad`].
pub fn decode(bytes: Vec<u8>) -> Decoded {
    match bytes.as_slice() {
        [0xFF, 0xFE, rest @ ..] => utf16(rest, Encoding::Utf16Le),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, Encoding::Utf16Be),
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest.to_vec(), Encoding::Utf8Mark),
        _ => utf8(bytes, Encoding::Utf8),
    }
}

/// A text as it is stored: the reverse of [`decode`].
pub fn encode(text: &str, encoding: Encoding) -> Vec<u8> {
    let units = |mark: [u8; 2], bytes: fn(u16) -> [u8; 2]| {
        mark.into_iter()
            .chain(text.encode_utf16().flat_map(bytes))
            .collect::<Vec<u8>>()
    };
    match encoding {
        Encoding::Utf8 => text.as_bytes().to_vec(),
        Encoding::Utf8Mark => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        Encoding::Utf16Le => units([0xFF, 0xFE], u16::to_le_bytes),
        Encoding::Utf16Be => units([0xFE, 0xFF], u16::to_be_bytes),
    }
}

fn utf8(bytes: Vec<u8>, encoding: Encoding) -> Decoded {
    match String::from_utf8(bytes) {
        Ok(text) => Decoded {
            text,
            encoding,
            bad: None,
        },
        Err(error) => {
            let bad = error.utf8_error().valid_up_to() as u32;
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            Decoded {
                text,
                encoding,
                bad: Some(bad),
            }
        }
    }
}

fn utf16(bytes: &[u8], encoding: Encoding) -> Decoded {
    let units = bytes.chunks(2).map(|pair| match (pair, encoding) {
        ([low, high], Encoding::Utf16Le) => u16::from_le_bytes([*low, *high]),
        ([high, low], _) => u16::from_be_bytes([*high, *low]),
        // Half a unit at the end is no character: a lone surrogate makes the decoder say so.
        _ => 0xD800,
    });
    let mut text = String::with_capacity(bytes.len() / 2);
    let mut bad = None;
    for decoded in char::decode_utf16(units) {
        let character = decoded.unwrap_or_else(|_| {
            bad.get_or_insert(text.len() as u32);
            char::REPLACEMENT_CHARACTER
        });
        text.push(character);
    }
    Decoded {
        text,
        encoding,
        bad,
    }
}
