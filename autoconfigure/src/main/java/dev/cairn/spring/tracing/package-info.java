/**
 * Spans: annotated methods, and what is switched on for a tracer.
 */
@NullMarked
package dev.cairn.spring.tracing;

import org.jspecify.annotations.NullMarked;
