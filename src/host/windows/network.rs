//! Folders of the network.
#![allow(unsafe_code, reason = "the function takes a structure of pointers")]

use std::ptr;

use windows_sys::Win32::NetworkManagement::WNet::{
    CONNECT_TEMPORARY, NETRESOURCEW, RESOURCETYPE_DISK, WNetAddConnection2W,
};

use super::{
    super::system::{Share, SystemError},
    text::{of_code, wide},
};

/// Connects a share, for the session of the run only.
pub(super) fn connect(share: &Share) -> Result<(), SystemError> {
    let mut path = wide(share.path.trim_end_matches('\\'));
    let mut drive = share
        .drive
        .as_ref()
        .map(|drive| wide(drive.trim_end_matches('\\')));
    let resource = NETRESOURCEW {
        dwType: RESOURCETYPE_DISK,
        lpLocalName: drive.as_mut().map_or(ptr::null_mut(), Vec::as_mut_ptr),
        lpRemoteName: path.as_mut_ptr(),
        ..NETRESOURCEW::default()
    };
    let user = share.account.as_ref().map(|account| wide(&account.name));
    let password = share
        .account
        .as_ref()
        .map(|account| wide(&account.password));
    let of = |text: &Option<Vec<u16>>| text.as_ref().map_or(ptr::null(), Vec::as_ptr);
    // SAFETY: all texts end with a null and outlive the call.
    let code = unsafe {
        WNetAddConnection2W(
            &raw const resource,
            of(&password),
            of(&user),
            CONNECT_TEMPORARY,
        )
    };
    match code {
        0 => Ok(()),
        code => Err(of_code(&format!("cannot connect {}", share.path), code)),
    }
}
