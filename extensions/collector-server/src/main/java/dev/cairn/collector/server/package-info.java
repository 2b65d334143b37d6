/**
 * The collector as an application of its own.
 */
@NullMarked
package dev.cairn.collector.server;

import org.jspecify.annotations.NullMarked;
