/**
 * Calls of beans: when they are over, and what those of the application's own beans were
 * called with when they failed.
 */
@NullMarked
package dev.cairn.spring.aop;

import org.jspecify.annotations.NullMarked;
