/**
 * Units of work, what is bound to them, and the listener that receives every signal.
 */
@NullMarked
package dev.cairn.context;

import org.jspecify.annotations.NullMarked;
