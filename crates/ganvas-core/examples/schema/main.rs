//! Writes what the front end has of the experiment's schema into a folder: its tables as
//! JavaScript modules, and `refusals.json`, what they refuse. `cargo xtask schema` gives the
//! folder of the front end.

mod refusals;

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let Some(folder) = env::args_os().nth(1) else {
        return Err(io::Error::other("say the folder to write to"));
    };
    let mut files = ganvas_core::schema::modules();
    files.push(("refusals.json", refusals::to_json()));
    for (name, text) in files {
        fs::write(Path::new(&folder).join(name), text)?;
        println!("{name} is up to date");
    }
    Ok(())
}
