/**
 * One failure, one incident: matching what several layers report of the same throwable.
 */
@NullMarked
package dev.cairn.incident;

import org.jspecify.annotations.NullMarked;
