/**
 * Values that are bound to the current unit of work.
 */
@NullMarked
package dev.cairn.spring.context;

import org.jspecify.annotations.NullMarked;
