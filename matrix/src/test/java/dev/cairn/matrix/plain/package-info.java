/**
 * Applications that do not use Cairn, to compare their start with and without the
 * starter.
 */
@NullMarked
package dev.cairn.matrix.plain;

import org.jspecify.annotations.NullMarked;
