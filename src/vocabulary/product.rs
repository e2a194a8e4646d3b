//! Product versions: `2107` is July 2021. They choose which variables a step writes.

use std::fmt;

use serde::{Deserialize, Deserializer, de::Error};

/// A version of Configuration Manager current branch, year and month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProductVersion(u16);

impl ProductVersion {
    /// What is assumed when nothing is said: everything the tables know is written.
    pub const NEWEST: ProductVersion = ProductVersion(9999);

    /// Configuration Manager 2012, the first whose exports have today's form.
    pub const FIRST: ProductVersion = ProductVersion(1203);

    /// Configuration Manager 2007: sequences of version 3.00, steps without `retryCount` and
    /// `runFromNet`.
    pub const CLASSIC: ProductVersion = ProductVersion(709);

    /// Whether it is older than the first whose exports have today's form.
    pub fn is_classic(self) -> bool {
        self < ProductVersion::FIRST
    }

    /// Reads `2107`. The year is from 07 (the 2007 product) on, the month from 01 to 12.
    pub fn parse(text: &str) -> Option<ProductVersion> {
        let number: u16 = (text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| text.parse().ok())??;
        ((7..=98).contains(&(number / 100)) && (1..=12).contains(&(number % 100)))
            .then_some(ProductVersion(number))
    }
}

impl fmt::Display for ProductVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

impl<'de> Deserialize<'de> for ProductVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        ProductVersion::parse(&text)
            .ok_or_else(|| D::Error::custom(format!("{text:?} is no product version")))
    }
}

impl serde::Serialize for ProductVersion {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
