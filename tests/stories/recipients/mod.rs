//! Who may receive it: lists as they come, go and come back, and what is
//! decided beside them.

mod acts;
mod habit;
mod lists;
mod made_year;
mod site;
mod year;
