//! `demo`: central, a branch and its devices on this machine, told step by step, then yours.

mod away;
mod head_office;
mod house;
mod orders;
mod paint;
mod visit;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ::tests::Trouble;
use clap::Parser;
use tempfile::TempDir;
use tokio::signal::unix::{SignalKind, signal};

use crate::house::House;
use crate::paint::say;

/// Starts a central server with its broker, devices of software and a branch with sample data,
/// plays a short visit, and unplugs central for a while. Everything stays up for you to try until
/// Ctrl-C, and is gone afterwards.
#[derive(Debug, Parser)]
#[command(name = "demo", version)]
struct Arguments {
    /// Plays it and ends.
    #[arg(long)]
    once: bool,
    /// Keeps everything in this folder; without, a temporary one is removed at the end.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // One thread, which is there to the end: the kernel ends the children with it.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(run(&arguments)),
        Err(error) => Err(Trouble::new(format!("cannot start: {error}"))),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("demo: {trouble}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> Result<(), Trouble> {
    let told_to_stop = stop_signal()?;
    tokio::pin!(told_to_stop);
    let (folder, temporary) = folder(arguments.data.as_deref())?;
    let is_fresh = !folder.join("data").exists();
    let mut house = tokio::select! {
        house = House::start(&folder) => house?,
        () = &mut told_to_stop => return removed(temporary),
    };
    let played = tokio::select! {
        played = play(&mut house, is_fresh, arguments.once) => played,
        () = &mut told_to_stop => Ok(()),
    };
    // Whatever went wrong, the children are stopped and the folder is removed.
    let stopped = house.stop().await;
    let removed = removed(temporary);
    played.and(stopped).and(removed)?;
    match &arguments.data {
        Some(folder) => say(&format!("Stopped. Everything is kept in {}.", folder.display())),
        None => say("Stopped. Nothing is left behind."),
    }
    Ok(())
}

async fn play(house: &mut House, is_fresh: bool, once: bool) -> Result<(), Trouble> {
    house.introduce();
    if is_fresh {
        house.visit().await?;
        house.show_central().await?;
        house.go_on_without_central().await?;
    } else {
        // Whoever was left waiting or at a counter would come in between.
        say("The folder holds an earlier branch, which goes on; the visit is not played.");
    }
    house.tell_addresses();
    if once { Ok(()) } else { house.stay().await }
}

/// Comes true at Ctrl-C, at SIGTERM and when the terminal is closed.
fn stop_signal() -> Result<impl Future<Output = ()>, Trouble> {
    let catch = |kind| {
        signal(kind).map_err(|error| Trouble::new(format!("signals cannot be received: {error}")))
    };
    let mut interrupt = catch(SignalKind::interrupt())?;
    let mut terminate = catch(SignalKind::terminate())?;
    let mut hang_up = catch(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
        }
    })
}

/// The folder of this run, and what removes it if it is a temporary one.
fn folder(kept: Option<&Path>) -> Result<(PathBuf, Option<TempDir>), Trouble> {
    let failed = |error| Trouble::new(format!("no folder can be made: {error}"));
    match kept {
        Some(folder) => {
            std::fs::create_dir_all(folder).map_err(failed)?;
            Ok((std::path::absolute(folder).map_err(failed)?, None))
        }
        None => {
            let folder = tempfile::Builder::new().prefix("anteroom-demo-").tempdir();
            let folder = folder.map_err(failed)?;
            Ok((folder.path().to_owned(), Some(folder)))
        }
    }
}

fn removed(temporary: Option<TempDir>) -> Result<(), Trouble> {
    let removed = temporary.map_or(Ok(()), TempDir::close);
    removed.map_err(|error| Trouble::new(format!("the folder cannot be removed: {error}")))
}
