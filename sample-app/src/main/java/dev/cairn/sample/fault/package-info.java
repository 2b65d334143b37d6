/**
 * Failures on demand, one of each kind.
 */
@NullMarked
package dev.cairn.sample.fault;

import org.jspecify.annotations.NullMarked;
