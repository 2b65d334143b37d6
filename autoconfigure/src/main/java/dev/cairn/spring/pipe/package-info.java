/**
 * A named pipe with the values of all meters.
 */
@NullMarked
package dev.cairn.spring.pipe;

import org.jspecify.annotations.NullMarked;
