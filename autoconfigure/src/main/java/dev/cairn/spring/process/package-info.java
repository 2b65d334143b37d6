/**
 * Failures outside of any request: terminated threads and failed starts.
 */
@NullMarked
package dev.cairn.spring.process;

import org.jspecify.annotations.NullMarked;
