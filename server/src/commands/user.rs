//! Accounts from a shell: whoever can run this program on the data may do anything.

use std::io::Read;

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use content::ids::UnitId;
use content::people::{self, NewPerson, Role};
use server::Config;

#[derive(Subcommand)]
pub(crate) enum User {
    /// Add a person with one role
    Add {
        login: String,
        #[arg(long)]
        name: String,
        /// learner, content-manager, reviewer, supervisor, administrator or auditor
        #[arg(long, value_parser = parse_role)]
        role: Role,
        /// The org unit where she works and that her role reaches; without it the role reaches the whole tree
        #[arg(long)]
        org_unit: Option<String>,
        /// Read the password from standard input
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// Set a new password, read from standard input, and end every session of that person
    SetPassword { login: String },
}

fn parse_role(word: &str) -> Result<Role, String> {
    let known = || Role::ALL.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    Role::parse(word).ok_or_else(|| format!("one of {}", known()))
}

pub(crate) async fn run(config: &Config, user: User) -> Result<()> {
    let library = super::open_alone(config).await?;
    match user {
        User::Add { login, name, role, org_unit, password_stdin: _ } => {
            let password = read_password()?;
            let unit = org_unit.map(UnitId::from);
            let new = NewPerson { login: &login, name: &name, password: Some(&password), unit: unit.as_ref() };
            let id = people::add_from_command_line(&library, &new, role).await?;
            super::say(id.as_str())
        }
        User::SetPassword { login } => {
            people::set_password(&library, &login, &read_password()?).await?;
            super::say("The password is set; every session of this person has ended.")
        }
    }
}

fn read_password() -> Result<String> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).context("the password could not be read")?;
    let password = text.trim_end_matches(['\r', '\n']).to_owned();
    if password.is_empty() {
        bail!("the password on standard input is empty");
    }
    Ok(password)
}
