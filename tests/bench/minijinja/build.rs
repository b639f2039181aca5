//! Makes the versions of MiniJinja and of the compiler known to the program, which prints them.

use std::process::Command;
use std::{env, fs};

fn main() {
    let compiler = Command::new(env::var("RUSTC").unwrap()).arg("--version").output().unwrap();
    println!("cargo:rustc-env=RUSTC_VERSION={}", String::from_utf8_lossy(&compiler.stdout).trim());
    let lock = fs::read_to_string("Cargo.lock").unwrap();
    let entry = lock.split("[[package]]").find(|entry| entry.contains("name = \"minijinja\"")).unwrap();
    let version = entry.lines().find_map(|line| line.strip_prefix("version = ")).unwrap();
    println!("cargo:rustc-env=MINIJINJA_VERSION={}", version.trim_matches('"'));
    println!("cargo:rerun-if-changed=Cargo.lock");
}
