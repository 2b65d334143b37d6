/**
 * Ready-made events.
 */
@NullMarked
package dev.cairn.event;

import org.jspecify.annotations.NullMarked;
