/**
 * Switches of telemetry that are set while the application runs, and that end by
 * themselves.
 */
@NullMarked
package dev.cairn.spring.switches;

import org.jspecify.annotations.NullMarked;
