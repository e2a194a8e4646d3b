//! The product's variables that a computer gives a run at its beginning: one table for a described
//! computer and for the one that the program stands on.

/// How a run begins, as far as that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beginning {
    /// Whether Windows PE runs.
    pub winpe: bool,
    /// The computer's name.
    pub name: Option<String>,
    /// Whether the firmware is UEFI, else BIOS.
    pub uefi: Option<bool>,
    /// Whether secure boot is on.
    pub secure_boot: Option<bool>,
    /// Whether Tasq itself started it: from the disk, and from no media.
    pub by_itself: bool,
    /// What else started it, in the words of `_SMSTSLaunchMode`.
    pub launch_mode: Option<String>,
    /// The site.
    pub site_code: Option<String>,
    /// The folder of the log.
    pub log_path: Option<String>,
    /// The folder of what the run stores.
    pub data_path: Option<String>,
}

impl Beginning {
    /// The variables: name and value. An empty value says that one is not there.
    pub fn variables(&self) -> Vec<(String, String)> {
        let secure = match (self.uefi, self.secure_boot) {
            (Some(false), _) => Some("NA"),
            (_, Some(true)) => Some("Enabled"),
            (Some(true), Some(false)) => Some("Disabled"),
            _ => None,
        };
        let launch_mode = match self.by_itself {
            true => Some("HD".to_owned()),
            false => self.launch_mode.clone(),
        };
        let table = [
            ("_SMSTSInWinPE", Some(self.winpe.to_string())),
            ("_SMSTSMachineName", self.name.clone()),
            ("_SMSTSBootUEFI", self.uefi.map(|uefi| uefi.to_string())),
            ("_TSSecureBoot", secure.map(str::to_owned)),
            ("_SMSTSLaunchMode", launch_mode),
            ("_SMSTSMediaType", self.media_type().map(str::to_owned)),
            ("_SMSTSSiteCode", self.site_code.clone()),
            ("_SMSTSMDataPath", self.data_path.clone()),
            ("_SMSTSLogPath", self.log_path.clone()),
        ];
        let known = table.into_iter();
        known
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect()
    }

    /// The kind of media that the way of starting has, and nothing where it has none.
    fn media_type(&self) -> Option<&'static str> {
        if self.by_itself {
            return Some("");
        }
        match self.launch_mode.as_deref()? {
            "SMS" => Some(""),
            "PXE" => Some("PXE"),
            _ => None,
        }
    }
}

/// Lays variables over others: those of the same name, in whatever case, give way.
pub fn overlaid(
    below: Vec<(String, String)>,
    above: impl IntoIterator<Item = (String, String)>,
) -> Vec<(String, String)> {
    let mut out = below;
    for (name, value) in above {
        match out
            .iter_mut()
            .find(|(own, _)| own.eq_ignore_ascii_case(&name))
        {
            Some(old) => *old = (name, value),
            None => out.push((name, value)),
        }
    }
    out
}
