/**
 * A small shop that shows every feature of Cairn.
 */
@NullMarked
package dev.cairn.sample;

import org.jspecify.annotations.NullMarked;
