//! Updates, with the Windows Update Agent.
#![allow(unsafe_code, reason = "the agent is a COM library")]

use windows::{
    Win32::{
        Foundation::VARIANT_TRUE,
        System::{
            Com::{CLSCTX_INPROC_SERVER, COINIT_MULTITHREADED, CoCreateInstance, CoInitializeEx},
            UpdateAgent::{
                IUpdate, IUpdateCollection, IUpdateSearcher, IUpdateSession, OperationResultCode,
                UpdateCollection, UpdateSession, orcSucceeded, orcSucceededWithErrors,
            },
            Variant::VT_EMPTY,
        },
    },
    core::{BSTR, Error},
};

use super::super::system::{OfferedUpdate, SystemError, Updated};

/// What is offered: not installed, and not hidden by an administrator.
const WANTED: &str = "IsInstalled=0 and IsHidden=0 and Type='Software'";

fn failed(what: &str, error: &Error) -> SystemError {
    let code = error.code().0.cast_unsigned();
    let said = error.message();
    let said = said.trim_end_matches(['.', ' ', '\r', '\n']);
    SystemError::new(
        code,
        format!(
            "{what}: {}",
            if said.is_empty() {
                format!("0x{code:08X}")
            } else {
                said.to_owned()
            }
        ),
    )
}

fn session() -> Result<IUpdateSession, SystemError> {
    // SAFETY: it takes no pointers. When the thread already has COM, in whichever form, the agent
    // works with that.
    let _ = unsafe { CoInitializeEx(None, COINIT_MULTITHREADED) };
    // SAFETY: the class and the interface belong together.
    let made = unsafe { CoCreateInstance(&UpdateSession, None, CLSCTX_INPROC_SERVER) };
    let session: IUpdateSession =
        made.map_err(|error| failed("there is no Windows Update Agent", &error))?;
    // SAFETY: the text outlives the call. The name is only for the agent's log.
    let _ = unsafe { session.SetClientApplicationID(&BSTR::from("Tasq")) };
    Ok(session)
}

fn offered(session: &IUpdateSession) -> Result<Vec<IUpdate>, Error> {
    // SAFETY: every object is one that the agent gave; indices are below the count.
    unsafe {
        let searcher: IUpdateSearcher = session.CreateUpdateSearcher()?;
        let updates = searcher.Search(&BSTR::from(WANTED))?.Updates()?;
        (0..updates.Count()?)
            .map(|index| updates.get_Item(index))
            .collect()
    }
}

/// Updates that are offered to this computer.
pub(super) fn find() -> Result<Vec<OfferedUpdate>, SystemError> {
    let session = session()?;
    let updates = offered(&session)
        .and_then(|updates| updates.iter().map(described).collect::<Result<Vec<_>, _>>());
    updates.map_err(|error| failed("the search for updates failed", &error))
}

fn described(update: &IUpdate) -> Result<OfferedUpdate, Error> {
    // SAFETY: the update is one that the agent gave.
    unsafe {
        // A deadline is what makes an update mandatory.
        let deadline = update.Deadline().is_ok_and(|value| value.vt() != VT_EMPTY);
        let mandatory = update.IsMandatory()? == VARIANT_TRUE;
        Ok(OfferedUpdate {
            id: id(update)?,
            title: update.Title()?.to_string(),
            required: deadline || mandatory,
        })
    }
}

fn id(update: &IUpdate) -> Result<String, Error> {
    // SAFETY: the update is one that the agent gave.
    unsafe { Ok(update.Identity()?.UpdateID()?.to_string()) }
}

/// Downloads and installs updates.
pub(super) fn install(ids: &[String]) -> Result<Updated, SystemError> {
    if ids.is_empty() {
        return Ok(Updated::default());
    }
    let session = session()?;
    carry_out(&session, ids).map_err(|error| failed("the installation of updates failed", &error))
}

fn carry_out(session: &IUpdateSession, ids: &[String]) -> Result<Updated, Error> {
    let mut done = Updated::default();
    // SAFETY: every object is one that the agent gave; indices are below the count.
    unsafe {
        let wanted: IUpdateCollection =
            CoCreateInstance(&UpdateCollection, None, CLSCTX_INPROC_SERVER)?;
        let mut names = Vec::new();
        for update in offered(session)? {
            let name = id(&update)?;
            if ids.contains(&name) {
                if update.EulaAccepted()? != VARIANT_TRUE {
                    update.AcceptEula()?;
                }
                wanted.Add(&update)?;
                names.push(name);
            }
        }
        // WU_E_UPDATE_NOT_APPLICABLE-like: what is no longer offered was not installed.
        done.failed.extend(
            ids.iter()
                .filter(|id| !names.contains(id))
                .map(|id| (id.clone(), 0x8024_0017)),
        );
        if names.is_empty() {
            return Ok(done);
        }
        let downloader = session.CreateUpdateDownloader()?;
        downloader.SetUpdates(&wanted)?;
        downloader.Download()?;
        let installer = session.CreateUpdateInstaller()?;
        installer.SetUpdates(&wanted)?;
        let result = installer.Install()?;
        done.restart = result.RebootRequired()? == VARIANT_TRUE;
        for (index, name) in (0..).zip(names) {
            let one = result.GetUpdateResult(index)?;
            if is_done(one.ResultCode()?) {
                done.installed.push(name);
            } else {
                done.failed.push((name, one.HResult()?.cast_unsigned()));
            }
        }
    }
    Ok(done)
}

fn is_done(code: OperationResultCode) -> bool {
    code == orcSucceeded || code == orcSucceededWithErrors
}
