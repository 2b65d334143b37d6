/**
 * The active trace, as Micrometer Tracing knows it.
 */
@NullMarked
package dev.cairn.spring.tracing;

import org.jspecify.annotations.NullMarked;
