/**
 * The pipeline of messages: routes, samples, builds, filters, enriches and dispatches
 * them. {@link dev.cairn.engine.CairnBuilder} assembles it.
 */
@NullMarked
package dev.cairn.engine;

import org.jspecify.annotations.NullMarked;
