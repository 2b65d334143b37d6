/**
 * The one rule set that decides what fraction is kept of messages and of what meters
 * measure.
 */
@NullMarked
package dev.cairn.sampling;

import org.jspecify.annotations.NullMarked;
