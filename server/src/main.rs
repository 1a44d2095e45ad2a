//! The `menpa` program: one binary, several commands.

mod commands;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use server::Config;

#[derive(Parser)]
#[command(name = "menpa", version, about = "A remote medical education platform")]
struct Program {
    #[command(flatten)]
    config: Config,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the site, and work on the queue
    Serve {
        /// Serve the site alone; something else works on the queue
        #[arg(long)]
        no_work: bool,
    },
    /// Work on the queue alone
    Work {
        /// End when nothing is ready to be done
        #[arg(long)]
        until_idle: bool,
    },
    /// Bring the database up to this program
    Migrate,
    /// Encode every video anew in the background, as after an update of its rules; what plays stays until then
    EncodeAll,
    /// Build this node's search index from nothing
    Reindex,
    /// Accounts
    #[command(subcommand)]
    User(commands::user::User),
    /// Load a folder: with `--sheet` into any library, else with its `library.json` into an empty one
    Import(commands::import::Import),
    /// Take back what one loading of a sheet has made and changed, where nobody has learned with it
    UndoImport {
        /// What `import` printed at its end
        run: String,
        /// In whose name it was loaded
        #[arg(long = "as", value_name = "LOGIN")]
        login: String,
    },
    /// Write everything a content manager keeps into a folder: a sheet and its files, as `import` reads them
    Export {
        folder: std::path::PathBuf,
        #[arg(long = "as", value_name = "LOGIN")]
        login: String,
    },
    /// Check that every record and file is whole
    Check,
}

/// How long what still computes may go on after the command is done.
const LAST_WORK: std::time::Duration = std::time::Duration::from_secs(2);

fn main() -> ExitCode {
    // What this process makes is for its own user: people's records are in it.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    let program = Program::parse();
    commands::log_to_stderr(&program.config.log);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            commands::complain(&error.into());
            return ExitCode::FAILURE;
        }
    };
    let done = runtime.block_on(run(program.config, program.command));
    runtime.shutdown_timeout(LAST_WORK);
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            commands::complain(&error);
            ExitCode::FAILURE
        }
    }
}

async fn run(config: Config, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve { no_work } => commands::serve::serve(&config, !no_work).await,
        Command::Work { until_idle: true } => commands::serve::finish_work(&config).await,
        Command::Work { until_idle: false } => commands::serve::work(&config).await,
        Command::Migrate => commands::migrate(&config).await,
        Command::EncodeAll => commands::encode_all(&config).await,
        Command::Reindex => commands::reindex(&config).await,
        Command::User(user) => commands::user::run(&config, user).await,
        Command::Import(import) => commands::import::run(&config, import).await,
        Command::UndoImport { run, login } => commands::import::undo(&config, &run, &login).await,
        Command::Export { folder, login } => commands::import::export(&config, &folder, &login).await,
        Command::Check => commands::check::check(&config).await,
    }
}
