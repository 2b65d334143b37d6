/**
 * Sampling of the spans of a tracer, OpenTelemetry's or Brave.
 */
@NullMarked
package dev.cairn.spring.tracing.sampling;

import org.jspecify.annotations.NullMarked;
