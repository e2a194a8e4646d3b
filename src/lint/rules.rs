//! The rules.

pub mod action_differs;
pub mod empty_sequence;
pub mod names_differ_in_case;
pub mod never_reached;
pub mod restart_request;
pub mod sequence_size;
pub mod variable_case;
pub mod variable_never_set;
pub mod wmi_query;
