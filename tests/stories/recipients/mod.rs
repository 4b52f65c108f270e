//! Who may receive it: lists as they come, go and come back, and what is
//! decided beside them.

mod acts;
mod lists;
mod site;
