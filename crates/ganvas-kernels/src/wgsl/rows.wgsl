// Of each image, its rows in vectors of four.
fn tasks() -> u32 {
    return info[0].x * info[$map + 2].x * info[$map + 3].x;
}
