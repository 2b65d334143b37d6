/**
 * Tests with Brave as the tracer, and with brokers and databases that Boot configures.
 */
@NullMarked
package dev.cairn.integration;

import org.jspecify.annotations.NullMarked;
