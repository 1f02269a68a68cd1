//! Who is heard at the socket, and what becomes of its file.

use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;

use nix::unistd::Uid;
use tests::{Said, Technician, programs};

use crate::stage::Stage;

/// A user and a group that no account has.
const STRANGER: u32 = 54_321;

/// The program where every user may run it: the build's folder may be root's alone.
fn public_copy(stage: &Stage) -> PathBuf {
    let copy = stage.path("anteroom");
    std::fs::copy(programs::program("anteroom").expect("is built"), &copy).expect("copied");
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&copy, open.clone()).expect("opened");
    std::fs::set_permissions(copy.parent().expect("a folder"), open).expect("opened");
    copy
}

#[tokio::test]
async fn another_user_is_refused_and_a_member_of_the_group_is_heard() {
    if !Uid::effective().is_root() {
        eprintln!("left out: only root can become somebody else");
        return;
    }
    let stage = Stage::new();
    let branch = stage.branch().await;
    let folder = branch.folder();
    let program = public_copy(&stage);
    let as_user = |user: u32, group: u32| {
        let mut command = std::process::Command::new(&program);
        command.arg("--json").arg("--data").arg(folder).arg("status").uid(user).gid(group);
        Said::of(command.output().expect("runs"))
    };
    // The folder alone keeps strangers out.
    let said = as_user(STRANGER, STRANGER);
    assert!(said.code == 1 && said.out.contains("not_allowed"), "{said:?}");
    // Where somebody has opened folder and file, the daemon still looks at who comes.
    let socket = folder.join("anteroom.sock");
    let mode =
        |path: &std::path::Path| std::fs::metadata(path).expect("there").permissions().mode();
    assert_eq!(mode(&socket) & 0o777, 0o660);
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).expect("opened");
    std::fs::set_permissions(&socket, std::fs::Permissions::from_mode(0o666)).expect("opened");
    let said = as_user(STRANGER, STRANGER);
    assert!(said.code == 1 && said.out.contains("not_the_technician"), "{said:?}");
    assert!(branch.log().contains("sent away"), "{}", branch.log());
    // The group is the one that the socket had when it was made: the daemon's.
    let said = as_user(STRANGER, 0);
    assert_eq!(said.code, 0, "{said:?}");
    chown(&socket, None, Some(STRANGER)).expect("given away");
    assert_eq!(as_user(STRANGER, STRANGER).code, 1, "a group that came later is not heard");
}

#[tokio::test]
async fn the_socket_goes_with_a_clean_stop_and_a_left_one_is_replaced() {
    let stage = Stage::new();
    let mut branch = stage.branch().await;
    let socket = branch.folder().join("anteroom.sock");
    let box_ = Technician::at(branch.folder());
    branch.kill();
    assert!(socket.exists(), "nobody took it away");
    let (code, opinion) = box_.json(&["doctor"]);
    let found = opinion["findings"].to_string();
    assert!(code == 1 && found.contains("a crash has left its socket"), "{found}");
    branch.start_again().await.expect("starts over it");
    box_.well(&["status"]);
    branch.stop().await;
    assert!(!socket.exists());
}

#[tokio::test]
async fn a_folder_with_too_long_a_path_is_refused_with_its_length() {
    let stage = Stage::new();
    let plan = tests::Appliance::plan(stage.path(&"long".repeat(30)));
    let (code, log) = plan.fail().await.expect("ends");
    assert_eq!(code, Some(1), "{log}");
    assert!(log.contains("at most 107") && log.contains("shorter"), "{log}");
}
