//! The host of `:host local`. Copies of a world share it: what was done on a computer is the same
//! for all of them.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use super::{
    local::{Local, Outside},
    secrets::Hidden,
};
use crate::{
    children::GivenChild,
    computer::{Facts, Host, Outcome, Restarts, SystemError, Work},
    fact::{Fact, FileFacts, InstalledProduct, Known, RegistryValue},
    wql::{ClassFacts, Row, Rows},
};

/// A shared host.
#[derive(Clone)]
pub(super) struct RealHost {
    /// The computer's name.
    pub name: String,
    pub remarks: Rc<Vec<String>>,
    /// The sequences of the site file.
    pub children: Rc<Vec<GivenChild>>,
    host: Rc<RefCell<Box<dyn Host>>>,
    hidden: Hidden,
    done: Rc<Cell<u64>>,
}

impl RealHost {
    pub fn new(local: Local, hidden: Hidden) -> RealHost {
        RealHost {
            name: local.name,
            remarks: Rc::new(local.remarks),
            children: Rc::new(local.children),
            host: Rc::new(RefCell::new(local.host)),
            hidden,
            done: Rc::default(),
        }
    }

    /// Lets somebody outside restart the computer.
    ///
    /// # Errors
    /// The system refuses.
    pub fn restart_now(&self, outside: &mut dyn Outside, message: &str) -> Result<(), SystemError> {
        outside.restart(&mut **self.host.borrow_mut(), message)
    }

    /// How many steps did something to the computer so far.
    pub fn done(&self) -> u64 {
        self.done.get()
    }
}

impl Rows for RealHost {
    fn class(&self, namespace: &str, class: &str) -> ClassFacts {
        self.host.borrow().class(namespace, class)
    }

    fn look(&self, namespace: &str, class: &str, look: &mut dyn FnMut(Option<&[Row]>)) {
        self.host.borrow().look(namespace, class, look);
    }

    fn narrowed(
        &self,
        namespace: &str,
        class: &str,
        condition: &dyn Fn() -> String,
    ) -> Option<ClassFacts> {
        self.host.borrow().narrowed(namespace, class, condition)
    }
}

impl Facts for RealHost {
    fn file(&self, path: &str) -> Known<FileFacts> {
        self.host.borrow().file(path)
    }

    fn folder(&self, path: &str) -> Known<FileFacts> {
        self.host.borrow().folder(path)
    }

    fn registry_key(&self, key: &str) -> Known<()> {
        self.host.borrow().registry_key(key)
    }

    fn registry_value(&self, key: &str, name: &str) -> Known<RegistryValue> {
        self.host.borrow().registry_value(key, name)
    }

    fn small_path(&self, path: &str) -> Option<String> {
        self.host.borrow().small_path(path)
    }

    fn small_registry_key(&self, key: &str) -> Known<()> {
        self.host.borrow().small_registry_key(key)
    }

    fn small_registry_value(&self, key: &str, name: &str) -> Known<RegistryValue> {
        self.host.borrow().small_registry_value(key, name)
    }

    fn product(&self, product_code: &str) -> Known<InstalledProduct> {
        self.host.borrow().product(product_code)
    }

    fn products(&self, upgrade_code: &str) -> Known<Vec<InstalledProduct>> {
        self.host.borrow().products(upgrade_code)
    }

    fn has_upgrade_code(&self, product_code: &str, upgrade_code: &str) -> Known<()> {
        self.host
            .borrow()
            .has_upgrade_code(product_code, upgrade_code)
    }

    fn fact(&self, fact: Fact) -> Known<String> {
        self.host.borrow().fact(fact)
    }

    fn environment(&self, name: &str) -> Known<String> {
        self.host.borrow().environment(name)
    }

    fn variables(&self) -> Vec<(String, String)> {
        self.host.borrow().variables()
    }
}

impl Host for RealHost {
    fn perform(&mut self, work: &Work<'_>) -> Outcome {
        // What was a secret once in this session stays one, even when the run has forgotten it.
        let scrub = |text: &str| self.hidden.scrub((work.scrub)(text));
        let outcome = self.host.borrow_mut().perform(&Work {
            scrub: &scrub,
            ..work.clone()
        });
        if !outcome.did.is_empty() {
            self.done.set(self.done.get() + 1);
        }
        outcome
    }

    fn clock(&self) -> u64 {
        self.host.borrow().clock()
    }

    fn has_shell(&self) -> bool {
        self.host.borrow().has_shell()
    }
}

impl Restarts for RealHost {
    /// Somebody is asked before a restart ([`RealHost::restart_now`]); one that comes here is a
    /// restart that nobody wanted.
    fn restart(&mut self, _: bool, _: &str) -> Result<(), SystemError> {
        Ok(())
    }
}
