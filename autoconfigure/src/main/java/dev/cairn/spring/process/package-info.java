/**
 * What fails outside of any request: threads that die, and starts.
 */
@NullMarked
package dev.cairn.spring.process;

import org.jspecify.annotations.NullMarked;
