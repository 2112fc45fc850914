//! Prints the experiment's schema as the JavaScript module that the front end
//! uses. `cargo xtask schema` writes it to its place.

fn main() {
    print!("{}", ganvas_core::schema::to_javascript());
}
