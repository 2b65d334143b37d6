/**
 * The one rule set that decides what fraction of the messages is kept.
 */
@NullMarked
package dev.cairn.sampling;

import org.jspecify.annotations.NullMarked;
