/// Keeps the house as it is meant to be: how code reads ([TidyTest]) and who knows whom
/// ([BordersTest]).
@NullMarked
package dev.onoma.house;

import org.jspecify.annotations.NullMarked;
