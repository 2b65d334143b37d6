/**
 * Visitors for a shop that has none yet.
 */
@NullMarked
package dev.cairn.sample.demo;

import org.jspecify.annotations.NullMarked;
