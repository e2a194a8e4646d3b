//! Accounts: who the run is, and the signing in of another one.
#![allow(unsafe_code, reason = "tokens are handles of the system")]

use std::{collections::BTreeMap, ffi::OsString, os::windows::ffi::OsStringExt as _, ptr, slice};

use windows_sys::Win32::{
    Foundation::LocalFree,
    Security::{
        Authorization::ConvertSidToStringSidW, GetTokenInformation, LOGON32_LOGON_INTERACTIVE,
        LOGON32_PROVIDER_DEFAULT, LogonUserW, TOKEN_ELEVATION, TOKEN_QUERY, TOKEN_USER,
        TokenElevation, TokenUser,
    },
    System::{
        Environment::{CreateEnvironmentBlock, DestroyEnvironmentBlock},
        Threading::{GetCurrentProcess, OpenProcessToken},
    },
};

use super::{
    super::system::{Account, SystemError},
    text::{Handle, last_error, narrow, wide},
};

/// A name as the functions for signing in want it: the user and the domain, each with its null.
pub(super) fn names(account: &Account) -> (Vec<u16>, Option<Vec<u16>>) {
    match account.name.split_once('\\') {
        Some((domain, user)) => (wide(user), Some(wide(domain))),
        // The domain is in the name already.
        None if account.name.contains('@') => (wide(&account.name), None),
        None => (wide(&account.name), Some(wide("."))),
    }
}

/// Signs an account in.
///
/// # Errors
/// The system refuses.
pub(super) fn sign_in(account: &Account) -> Result<Handle, SystemError> {
    let (user, domain) = names(account);
    let password = wide(&account.password);
    let mut token = ptr::null_mut();
    // SAFETY: the texts end with a null and outlive the call; the token is written on success only.
    let done = unsafe {
        LogonUserW(
            user.as_ptr(),
            domain.as_ref().map_or(ptr::null(), Vec::as_ptr),
            password.as_ptr(),
            LOGON32_LOGON_INTERACTIVE,
            LOGON32_PROVIDER_DEFAULT,
            &mut token,
        )
    };
    let refused = || last_error(&format!("the account {} is refused", account.name));
    if done == 0 {
        Err(refused())
    } else {
        Handle::new(token).ok_or_else(refused)
    }
}

/// The environment that a session of a signed-in account has; empty when the system does not give
/// it.
pub(super) fn environment(token: &Handle) -> BTreeMap<String, (OsString, OsString)> {
    let mut block = ptr::null_mut();
    // SAFETY: the token is open; the block is written on success only.
    if unsafe { CreateEnvironmentBlock(&mut block, token.0, 0) } == 0 || block.is_null() {
        return BTreeMap::new();
    }
    let mut out = BTreeMap::new();
    let mut at = block.cast::<u16>().cast_const();
    loop {
        // SAFETY: the block is texts with a null behind each, and one null more at the end.
        let length = unsafe { (0..).take_while(|index| *at.add(*index) != 0).count() };
        if length == 0 {
            break;
        }
        // SAFETY: so many units were just read.
        let units = unsafe { slice::from_raw_parts(at, length) };
        // A name may begin with `=`: the folders of drives.
        if let Some(sign) = units
            .iter()
            .skip(1)
            .position(|unit| *unit == u16::from(b'='))
        {
            let (name, value) = (
                OsString::from_wide(&units[..=sign]),
                OsString::from_wide(&units[sign + 2..]),
            );
            out.insert(name.to_string_lossy().to_uppercase(), (name, value));
        }
        // SAFETY: behind the text is its null, and behind that the next text or the last null.
        at = unsafe { at.add(length + 1) };
    }
    // SAFETY: the block is the system's and is not used any more.
    unsafe { DestroyEnvironmentBlock(block) };
    out
}

fn own_token() -> Option<Handle> {
    let mut token = ptr::null_mut();
    // SAFETY: the handle of the own process needs no closing; the token is written on success only.
    let done = unsafe { OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &mut token) };
    if done == 0 { None } else { Handle::new(token) }
}

/// Whether the run is an elevated administrator or the system.
pub(super) fn is_elevated() -> bool {
    let Some(token) = own_token() else {
        return false;
    };
    let mut elevation = TOKEN_ELEVATION::default();
    let (size, mut length) = (size_of::<TOKEN_ELEVATION>(), 0);
    let size = u32::try_from(size).unwrap_or(0);
    // SAFETY: the structure has the size that is given.
    let done = unsafe {
        GetTokenInformation(
            token.0,
            TokenElevation,
            (&raw mut elevation).cast(),
            size,
            &mut length,
        )
    };
    done != 0 && elevation.TokenIsElevated != 0
}

/// The identifier of the run's own account, `S-1-5-18`.
pub(super) fn own_sid() -> Option<String> {
    let token = own_token()?;
    let mut length = 0;
    // SAFETY: without a buffer it only says how much there is.
    unsafe { GetTokenInformation(token.0, TokenUser, ptr::null_mut(), 0, &mut length) };
    // Numbers of eight bytes, so that the structure in front is aligned.
    let mut buffer = vec![0_u64; usize::try_from(length).ok()?.div_ceil(8).max(1)];
    // SAFETY: the buffer has at least the length that is given.
    let done = unsafe {
        GetTokenInformation(
            token.0,
            TokenUser,
            buffer.as_mut_ptr().cast(),
            length,
            &mut length,
        )
    };
    if done == 0 || usize::try_from(length).ok()? < size_of::<TOKEN_USER>() {
        return None;
    }
    // SAFETY: the function wrote the structure to the front of the buffer, which is aligned for it.
    let user = unsafe { &*buffer.as_ptr().cast::<TOKEN_USER>() };
    let mut text = ptr::null_mut();
    // SAFETY: the identifier lies in the buffer; the text is the system's until it is freed.
    if unsafe { ConvertSidToStringSidW(user.User.Sid, &mut text) } == 0 || text.is_null() {
        return None;
    }
    // SAFETY: the text ends with a null.
    let units = unsafe {
        slice::from_raw_parts(
            text,
            (0..).take_while(|index| *text.add(*index) != 0).count(),
        )
    };
    let sid = narrow(units);
    // SAFETY: the text was given by the system for us to free.
    unsafe { LocalFree(text.cast()) };
    Some(sid)
}
