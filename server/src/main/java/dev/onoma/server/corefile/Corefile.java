package dev.onoma.server.corefile;

import java.nio.file.Path;
import java.util.List;

/// A Corefile without mistakes, as far as they can be seen without the plugins.
///
/// @param blocks at least one
/// @param files that were read, the Corefile itself first, absolute
/// @param digest SHA-512 of what the file means, in hexadecimal: white space, comments, the files
///   that lines come from and the order of different plugins make no difference
public record Corefile(List<Block> blocks, List<Path> files, String digest) {}
