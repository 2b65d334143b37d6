/**
 * Points: events published by annotations and by the configuration, without a call.
 */
@NullMarked
package dev.cairn.spring.points;

import org.jspecify.annotations.NullMarked;
