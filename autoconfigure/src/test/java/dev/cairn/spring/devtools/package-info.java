/**
 * Restarts by DevTools.
 */
@NullMarked
package dev.cairn.spring.devtools;

import org.jspecify.annotations.NullMarked;
