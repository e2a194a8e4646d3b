//! Windows Installer, with packages that `tests/windows/layer.sh` makes with wixl.

use tasq::internals::{
    computer::Facts as _,
    fact::{InstalledProduct, Known},
    host::windows::WindowsSystem,
};

use super::{alone, fixture, launch, run};

const SAMPLE: &str = "{11111111-2222-4333-8444-000000000001}";
const RESTART: &str = "{11111111-2222-4333-8444-000000000002}";
const FAILING: &str = "{11111111-2222-4333-8444-000000000003}";
const FAMILY: &str = "{11111111-2222-4333-8444-0000000000AA}";

/// Installs or removes, and gives the code.
fn msiexec(arguments: &str) -> u32 {
    run(&launch(&format!("msiexec {arguments} /qn /norestart"))).exit_code
}

fn product(name: &str) -> InstalledProduct {
    let code = match name {
        "sample" => SAMPLE,
        "restart" => RESTART,
        _ => FAILING,
    };
    InstalledProduct {
        product_code: Some(code.to_owned()),
        name: Some(format!("Tasq {name}")),
        version: Some("1.2.3".to_owned()),
    }
}

#[test]
fn products_are_found_before_and_after() {
    let (Some(sample), Some(restart), Some(failing)) = (
        fixture("sample.msi"),
        fixture("restart.msi"),
        fixture("failing.msi"),
    ) else {
        return;
    };
    let _alone = alone();
    let system = WindowsSystem::new();
    assert_eq!(system.product(SAMPLE), Known::No);
    assert_eq!(system.products(FAMILY), Known::No);

    assert_eq!(msiexec(&format!("/i \"{}\"", sample.display())), 0);
    assert_eq!(system.product(SAMPLE), Known::Yes(product("sample")));
    assert_eq!(
        system.product(&SAMPLE.to_lowercase()),
        Known::Yes(product("sample"))
    );
    assert_eq!(system.products(FAMILY), Known::Yes(vec![product("sample")]));
    let file = r"C:\Program Files\Tasq sample\sample.txt";
    assert!(
        matches!(system.file(file), Known::Yes(_)),
        "{:?}",
        system.file(file)
    );

    assert_eq!(msiexec(&format!("/i \"{}\"", restart.display())), 3010);
    assert_eq!(system.product(RESTART), Known::Yes(product("restart")));
    assert_eq!(system.products(FAMILY).yes().map(Vec::len), Some(2));

    assert_eq!(msiexec(&format!("/i \"{}\"", failing.display())), 1603);
    assert_eq!(system.product(FAILING), Known::No);

    for code in [SAMPLE, RESTART] {
        let ended = msiexec(&format!("/x {code}"));
        assert!(matches!(ended, 0 | 3010), "{ended}");
        assert_eq!(system.product(code), Known::No);
    }
    assert_eq!(msiexec(&format!("/x {SAMPLE}")), 1605);
}

#[test]
fn what_is_no_code_is_no_product() {
    for code in ["", "tasq", "{1}", "curl"] {
        assert_eq!(WindowsSystem::new().product(code), Known::No, "{code}");
        assert_eq!(WindowsSystem::new().products(code), Known::No, "{code}");
    }
}
