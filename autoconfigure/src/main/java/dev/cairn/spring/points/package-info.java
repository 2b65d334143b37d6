/**
 * Events without a call: calls of bean methods that an annotation or the configuration
 * has published.
 */
@NullMarked
package dev.cairn.spring.points;

import org.jspecify.annotations.NullMarked;
