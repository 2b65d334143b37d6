/**
 * Runs one small application of each kind, and compares what arrives at the backends with
 * a table in the documentation.
 */
@NullMarked
package dev.cairn.matrix;

import org.jspecify.annotations.NullMarked;
