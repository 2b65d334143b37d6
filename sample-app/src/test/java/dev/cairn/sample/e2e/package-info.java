/**
 * The packaged shop among real backends.
 */
@NullMarked
package dev.cairn.sample.e2e;

import org.jspecify.annotations.NullMarked;
