//! The variables that the engine itself keeps: those about actions and instructions.

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeptVariable {
    LastActionRetCode,
    LastActionSucceeded,
    LastActionName,
    CurrentActionName,
    NextInstructionPointer,
    InstructionTableSize,
}

impl KeptVariable {
    const ALL: [Self; 6] = [
        Self::LastActionRetCode,
        Self::LastActionSucceeded,
        Self::LastActionName,
        Self::CurrentActionName,
        Self::NextInstructionPointer,
        Self::InstructionTableSize,
    ];

    /// The key it is looked up by, and the name as it is documented.
    pub(super) const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::LastActionRetCode => ("_smstslastactionretcode", "_SMSTSLastActionRetCode"),
            Self::LastActionSucceeded => ("_smstslastactionsucceeded", "_SMSTSLastActionSucceeded"),
            Self::LastActionName => ("_smstslastactionname", "_SMSTSLastActionName"),
            Self::CurrentActionName => ("_smstscurrentactionname", "_SMSTSCurrentActionName"),
            Self::NextInstructionPointer => (
                "_smstsnextinstructionpointer",
                "_SMSTSNextInstructionPointer",
            ),
            Self::InstructionTableSize => {
                ("_smstsinstructiontablesize", "_SMSTSInstructionTableSize")
            }
        }
    }
}

/// Whether the engine keeps the variable that is looked up by a key.
pub(super) fn keeps(key: &str) -> bool {
    KeptVariable::ALL.iter().any(|kept| kept.names().0 == key)
}
